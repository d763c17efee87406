/// A labelled fact of the provenance section.
public struct ReportedFact: Codable, Sendable, Hashable {
    /// What it is.
    public var label: String
    /// What it says.
    public var value: String

    /// A fact.
    public init(_ label: String, _ value: String) {
        self.label = label
        self.value = value
    }
}
