/// A value that JSON holds as its description: an address, a key.
public protocol TextCoded: Codable, CustomStringConvertible {
    /// What it is, for the message about a text that is none: "an endpoint".
    static var kind: String { get }
    /// Reads what `description` gives.
    init(_ text: String) throws
}

extension TextCoded {
    /// Reads the text of a value.
    ///
    /// - Throws: a `DecodingError` that does not repeat the text: it may be a secret, or long.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do {
            try self.init(text)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not \(Self.kind)")
        }
    }

    /// Writes the value as its text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
