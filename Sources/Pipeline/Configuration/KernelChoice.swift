import Kernels

/// Which OpenBLAS kernels a run uses; families differ in the last bits of their products.
public enum KernelChoice: String, Codable, Hashable, Sendable, CaseIterable {
    /// The best family of the planning machine; it becomes part of the plan.
    case auto
    /// AVX2 kernels, which AMD's Zen runs too, with the same bits.
    case haswell
    /// AVX-512 kernels.
    case skylakex
    /// Each machine its best: correlations agree within about 10⁻⁶ instead of to the bit.
    case any

    /// The family that was asked for; nil where the machine decides.
    public var family: KernelFamily? {
        switch self {
        case .auto, .any: nil
        case .haswell: .haswell
        case .skylakex: .skylakex
        }
    }
}
