import Kernels

/// How cross-products are computed, and which.
public enum StatisticsPrecision: Hashable, Sendable {
    /// Float32 products of chunks, rounded once to the resolution and added as integers.
    case exact
    /// Activations rounded at random to integers of so many bits; nil: as many as are exact on the planning machine.
    case int8(QuantisedBits?)
    /// A pilot as exact is; for the other tokens only the products of candidate partners.
    case screening(ScreeningSettings)

    /// What a configuration may say, for messages.
    static let expected = "exact, int8, {int8: 7}, screening or {screening: {pilot: 200k}}"
    /// Names of precisions.
    static let names = ["exact", "int8", "screening"]
}

extension StatisticsPrecision: Codable {
    private enum CodingKeys: String, CodingKey { case int8, screening }

    /// Reads what `encode(to:)` wrote.
    public init(from decoder: any Decoder) throws {
        if let values = try? decoder.container(keyedBy: CodingKeys.self) {
            self =
                values.contains(.screening)
                ? .screening(try values.decode(ScreeningSettings.self, forKey: .screening))
                : .int8(try values.decode(QuantisedBits.self, forKey: .int8))
            return
        }
        let name = try decoder.singleValueContainer()
        switch try name.decode(String.self) {
        case "exact": self = .exact
        case "int8": self = .int8(nil)
        case let other: throw DecodingError.dataCorruptedError(in: name, debugDescription: "'\(other)' is no precision")
        }
    }

    /// Writes the value of the configuration's key.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .exact, .int8(nil):
            var name = encoder.singleValueContainer()
            try name.encode(self == .exact ? "exact" : "int8")
        case .int8(let bits?):
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(bits, forKey: .int8)
        case .screening(let settings):
            var values = encoder.container(keyedBy: CodingKeys.self)
            try values.encode(settings, forKey: .screening)
        }
    }
}
