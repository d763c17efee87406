/// Which members of a line of JSON are a document's text and its domain: the way from the outermost object.
///
/// ```swift
/// DocumentFields(text: ["content"], domain: ["meta", "source"])    // {"content": "…", "meta": {"source": "…"}}
/// ```
public struct DocumentFields: Hashable, Sendable, Codable {
    /// As in The Pile: `text` and `meta.pile_set_name`.
    public static let pile = DocumentFields(text: ["text"], domain: ["meta", "pile_set_name"])
    /// As many members deep as a way may lead.
    public static let deepest = 16

    /// The way to the text.
    public let text: [String]
    /// The way to the domain; a document without it is of the domain "all".
    public let domain: [String]

    /// Fields that were checked (`problem`).
    public init(text: [String], domain: [String]) {
        self.text = text
        self.domain = domain
    }

    /// A way as it is written: names with dots between them; nil where it is none.
    public static func way(_ text: String) -> [String]? {
        let names = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        return names.count <= deepest && !names.contains("") ? names : nil
    }

    /// Why the two cannot be read together; nil where they can.
    public var problem: String? {
        if text == domain { return "text and domain are the same member" }
        return text.starts(with: domain) || domain.starts(with: text) ? "the one lies within the other" : nil
    }

    /// The way to the text, as it is written.
    var textName: String { text.joined(separator: ".") }
}
