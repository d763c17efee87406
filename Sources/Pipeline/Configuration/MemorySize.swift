/// An amount of memory as people write it: `4G`, `512M`, `1.5GiB`; k, M, G and T are powers of 1,024.
public struct MemorySize: Hashable, Sendable {
    /// What `init(parsing:)` understands, for messages.
    public static let expected = "an amount of memory such as 512M, 4G or 1.5G, in powers of 1,024"
    /// A process with less does not start.
    public static let minimum = 16 << 20
    /// More than any machine has (1 PiB).
    public static let limit = 1 << 50

    /// The number of bytes, in `minimum`...`limit`.
    public let bytes: Int

    /// Reads digits with optional underscores and fraction, then k, M, G or T in either case, then optionally `B` or `iB`.
    ///
    /// - Throws: `PipelineError.invalidQuantity` when the text is no amount in `minimum`...`limit`.
    public init(parsing text: String) throws {
        func invalid(_ reason: String) -> PipelineError {
            .invalidQuantity(value: text, reason: reason, expected: Self.expected)
        }
        var number = text.lowercased()[...]
        let isNegative = number.first == "-"
        if isNegative { number = number.dropFirst() }
        if number.hasSuffix("ib") {
            number = number.dropLast(2)
        } else if number.hasSuffix("b") {
            number = number.dropLast()
        }
        guard let suffix = number.last, let shift = ["k": 10, "m": 20, "g": 30, "t": 40][suffix] else {
            throw invalid("is not an amount of memory with its unit")
        }
        let digits = number.dropLast().filter { $0 != "_" }
        guard digits.allSatisfy({ ("0"..."9").contains($0) || $0 == "." }), let value = Double(digits), value.isFinite else {
            throw invalid("is not an amount of memory")
        }
        let bytes = (value * Double(1 << shift)).rounded(.down)
        guard !isNegative else { throw invalid("is negative") }
        guard bytes >= Double(Self.minimum) else { throw invalid("is less than the 16M that a process needs to start") }
        guard bytes <= Double(Self.limit) else { throw invalid("is more memory than any machine has") }
        self.bytes = Int(bytes)
    }

    /// Takes a number of bytes as the operating system reports it, moved into `minimum`...`limit`.
    public init(clamping bytes: Int) {
        self.bytes = min(max(bytes, Self.minimum), Self.limit)
    }
}

extension MemorySize: CustomStringConvertible {
    /// The size in the largest unit that keeps it a whole number, `4G`, or with one digit of fraction where none does.
    public var description: String {
        for (shift, unit) in [(40, "T"), (30, "G"), (20, "M"), (10, "k")] where bytes % (1 << shift) == 0 {
            return "\(bytes >> shift)\(unit)"
        }
        let tenths = Int((Double(bytes) / Double(1 << 20) * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)M"
    }
}

extension MemorySize: Codable {
    /// Reads a number of bytes.
    public init(from decoder: any Decoder) throws {
        self.init(clamping: try Int(from: decoder))
    }

    /// Writes the number of bytes.
    public func encode(to encoder: any Encoder) throws {
        try bytes.encode(to: encoder)
    }
}
