/// A token of a vocabulary.
public struct ReportedToken: Codable, Sendable, Hashable {
    /// Its text, or its id where there is no tokenizer.
    public var text: String
    /// `true`: it is text; `false`: an id.
    public var isText: Bool

    /// A token's text, or its id.
    public init(_ text: String, isText: Bool = true) {
        self.text = text
        self.isText = isText
    }

    /// HTML: spaces and other invisible characters have signs.
    var markup: String { "<code class=\"token\">\(VisibleText.markup(text, marksSpaces: isText, limit: 40))</code>" }
}
