/// q, the step to which a chunk's cross-products are rounded before they are added as integers: a power of two.
///
/// 1/16 costs a correlation about 4·10⁻⁶ after one chunk and 3·10⁻⁸ after 100M tokens; larger steps make partials smaller.
public struct Resolution: Hashable, Sendable {
    /// What `init(parsing:)` understands, for messages.
    public static let expected = "a power of two from 1/1024 to 16, such as 1/16, 1 or 4"
    /// The exponents that are worth having: finer than 1/1024 only fills integers with float32's own rounding, coarser than 16
    /// exceeds sampling noise.
    public static let exponents = -10...4
    /// 1/16.
    public static let standard = Resolution(exponent: -4)

    /// log2 q.
    public let exponent: Int
    /// q itself; exact in float32.
    public var step: Float { Float(sign: .plus, exponent: exponent, significand: 1) }
    /// 1/q, what products are multiplied by before they are rounded; exact in float32.
    public var inverseStep: Float { Float(sign: .plus, exponent: -exponent, significand: 1) }

    private init(exponent: Int) { self.exponent = exponent }

    /// Reads `1/16`, `0.0625`, `4`.
    ///
    /// - Throws: `PipelineError.invalidQuantity` when the text is no power of two from 1/1024 to 16.
    public init(parsing text: String) throws {
        func invalid(_ reason: String) -> PipelineError {
            .invalidQuantity(value: text, reason: reason, expected: Self.expected)
        }
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let numerator = parts.first.flatMap({ Double($0) }), numerator.isFinite else { throw invalid("is not a number") }
        var value = numerator
        if parts.count == 2 {
            guard let denominator = Double(parts[1]), denominator.isFinite, denominator != 0 else { throw invalid("is not a fraction") }
            value = numerator / denominator
        }
        guard value > 0 else { throw invalid(value < 0 ? "is negative" : "is zero") }
        guard value.isFinite, value.significand == 1 else { throw invalid("is not a power of two") }
        guard Self.exponents.contains(Int(value.exponent)) else { throw invalid("is outside 1/1024...16") }
        self.init(exponent: Int(value.exponent))
    }
}

extension Resolution: CustomStringConvertible {
    /// `1/16`, `1`, `4`; `init(parsing:)` reads it back.
    public var description: String { exponent < 0 ? "1/\(1 << -exponent)" : "\(1 << exponent)" }
}

extension Resolution: Codable {
    /// Reads what `encode(to:)` wrote.
    public init(from decoder: any Decoder) throws {
        try self.init(parsing: String(from: decoder))
    }

    /// Writes the fraction as text.
    public func encode(to encoder: any Encoder) throws {
        try description.encode(to: encoder)
    }
}
