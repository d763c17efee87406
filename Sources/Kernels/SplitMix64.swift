/// The arithmetic of the SplitMix64 generator, on which draws, probes and random rotations rest: it must never change.
public enum SplitMix64 {
    /// What the generator's state grows by: 2^64 divided by the golden ratio, made odd.
    public static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

    /// The generator's finaliser: every bit of the result depends on every bit of the argument.
    @inlinable
    public static func mix(_ value: UInt64) -> UInt64 {
        var z = value
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
