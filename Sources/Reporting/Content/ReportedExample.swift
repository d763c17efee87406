/// A place in the corpus where a neuron is strongly active: the token, and the text around it.
public struct ReportedExample: Codable, Sendable, Hashable {
    /// The activation.
    public var value: Double
    /// The corpus row.
    public var row: Int
    /// The token's position in the row.
    public var position: Int
    /// The row's domain, if the corpus has domains.
    public var domain: String?
    /// What precedes the token, as far as the window reaches.
    public var before: String
    /// The token itself.
    public var token: String
    /// What follows it.
    public var after: String
    /// `true`: the three strings are decoded text; `false`: token ids, because there is no tokenizer.
    public var isText: Bool

    /// An example in its context.
    public init(
        value: Double, row: Int, position: Int, domain: String? = nil, before: String, token: String, after: String, isText: Bool = true
    ) {
        self.value = value
        self.row = row
        self.position = position
        self.domain = domain
        self.before = before
        self.token = token
        self.after = after
        self.isText = isText
    }
}
