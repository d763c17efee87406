/// One kind of token that does not count in correlations.
public enum MaskEntry: Hashable, Sendable {
    /// The token at the beginning of a row, which is also padding and `<|endoftext|>`.
    case bos
    /// The token that is exactly a line feed.
    case newline
    /// A token by its number.
    case id(Int)

    /// What a list of masks may hold, for messages.
    static let expected = "bos, newline or a token id"
}

extension MaskEntry: CustomStringConvertible {
    /// The entry as a configuration writes it.
    public var description: String {
        switch self {
        case .bos: "bos"
        case .newline: "newline"
        case .id(let id): "\(id)"
        }
    }

    /// Reads what `description` gives; nil for anything else.
    init?(_ text: String) {
        switch text {
        case "bos": self = .bos
        case "newline": self = .newline
        default:
            guard let id = Int32(text), id >= 0 else { return nil }
            self = .id(Int(id))
        }
    }
}

extension MaskEntry: Codable {
    /// Reads what `encode(to:)` wrote.
    public init(from decoder: any Decoder) throws {
        let text = try String(from: decoder)
        guard let entry = MaskEntry(text) else {
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "'\(text)' is not \(Self.expected)"))
        }
        self = entry
    }

    /// Writes the entry as the text that a configuration has.
    public func encode(to encoder: any Encoder) throws {
        try description.encode(to: encoder)
    }
}
