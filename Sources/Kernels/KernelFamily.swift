/// The OpenBLAS kernel families that a plan can name. Products of one family have the same bits on every machine that runs
/// it; those of two families differ in the last bits.
public enum KernelFamily: String, Codable, Sendable, Hashable, CaseIterable {
    /// AVX2 with FMA. OpenBLAS's cores "Haswell" and "Zen" have the same SGEMM and so the same bits.
    case haswell
    /// AVX-512 (F, CD, BW, DQ, VL).
    case skylakex

    /// The value of `OPENBLAS_CORETYPE` that makes OpenBLAS load this family.
    public var coreType: String {
        switch self {
        case .haswell: "Haswell"
        case .skylakex: "SkylakeX"
        }
    }

    /// The family of a core as OpenBLAS names it, or nil when its bits are those of neither family.
    public init?(coreName: String) {
        switch coreName.lowercased() {
        case "haswell", "zen": self = .haswell
        case "skylakex": self = .skylakex
        default: return nil
        }
    }
}
