/// One cell of `neurons.csv`, as a number where it is one.
public enum TableCell: Hashable, Sendable {
    /// Nothing: it is not computed, or does not exist.
    case empty
    /// A whole number.
    case integer(Int)
    /// Another number.
    case number(Double)
    /// Anything else.
    case text(String)

    /// Reads what the file has.
    init(_ text: String) {
        if text.isEmpty {
            self = .empty
        } else if let integer = Int(text) {
            self = .integer(integer)
        } else if let number = Double(text), number.isFinite {
            self = .number(number)
        } else {
            self = .text(text)
        }
    }

    /// A measured number; nothing where there is none, or no finite one.
    init(finite value: Double?) { self = value.flatMap { $0.isFinite ? .number($0) : nil } ?? .empty }

    /// A measured number with the digits that it has; nothing where there is none, or no finite one.
    init(finite value: Float?) { self = value.flatMap { $0.isFinite ? TableCell("\($0)") : nil } ?? .empty }

    /// Its value as a number; nil for a text and for nothing.
    public var number: Double? {
        switch self {
        case .integer(let integer): Double(integer)
        case .number(let number): number
        case .empty, .text: nil
        }
    }
}

extension TableCell: Codable {
    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .empty
        } else if let integer = try? value.decode(Int.self) {
            self = .integer(integer)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else {
            self = .text(try value.decode(String.self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .empty: try value.encodeNil()
        case .integer(let integer): try value.encode(integer)
        case .number(let number): try value.encode(number)
        case .text(let text): try value.encode(text)
        }
    }
}

extension TableCell: CustomStringConvertible {
    /// What the file has.
    public var description: String {
        switch self {
        case .empty: ""
        case .integer(let integer): "\(integer)"
        case .number(let number): "\(number)"
        case .text(let text): text
        }
    }
}
