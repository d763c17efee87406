/// Reproducible numbers for fingerprints, probes and measurements: SplitMix64, only integer arithmetic and one exact scaling,
/// so the same on every machine.
public struct SeededFloats: Sendable {
    private var state: UInt64

    /// Numbers that `seed` alone decides.
    public init(seed: UInt64) { state = seed }

    /// 64 random bits.
    public mutating func nextBits() -> UInt64 {
        state &+= SplitMix64.increment
        return SplitMix64.mix(state)
    }

    /// Uniform in [-1, 1), a multiple of 2^-23.
    public mutating func next() -> Float { Float(Int64(nextBits() >> 40) - (1 << 23)) * 0x1p-23 }

    /// About normal with mean 0 and variance 1: the sum of twelve uniform numbers, halved.
    public mutating func nextNormal() -> Float {
        var sum: Int64 = 0
        for _ in 0..<12 { sum += Int64(nextBits() >> 44) - (1 << 19) }
        return Float(sum) * 0x1p-20
    }

    /// `count` uniform numbers in [-scale, scale).
    public mutating func uniform(_ count: Int, scale: Float = 1) -> [Float] { (0..<count).map { _ in next() * scale } }

    /// `count` about normal numbers.
    public mutating func normal(_ count: Int, scale: Float = 1) -> [Float] { (0..<count).map { _ in nextNormal() * scale } }
}
