/// An instruction set that some of OpenBLAS's kernels need and not every processor has.
enum InstructionSet: String, Sendable, Hashable {
    case ssse3 = "SSSE3"
    case sse41 = "SSE4.1"
    case amd3DNow = "3DNow!"
    case avx = "AVX"
    case fma4 = "FMA4"
    case avx2 = "AVX2"
    case fma = "FMA"
    /// As far as OpenBLAS and our kernels need it.
    case avx512 = "AVX-512 (F, CD, BW, DQ, VL)"

    /// The instruction sets that the kernels of a core have been compiled with, of those that not every 64-bit processor has.
    ///
    /// The names are all that OpenBLAS 0.3.21 knows (`corename` in its `driver/others/dynamic.c`), the sets those that the kernels of
    /// Debian's library contain; Katmai, Coppermine, Northwood, Banias and Athlon stand for Prescott there, and newer versions know
    /// SapphireRapids. Of a core that nobody has heard of nothing is asked.
    ///
    /// - Parameter core: as OpenBLAS names it.
    static func needed(byCore core: String) -> [InstructionSet] {
        switch core.lowercased() {
        case "atom", "core2", "nano", "bobcat": [.ssse3]
        case "penryn", "dunnington", "nehalem": [.ssse3, .sse41]
        // They leave MMX by `femms`.
        case "opteron", "opteron_sse3": [.amd3DNow]
        case "sandybridge": [.avx]
        case "bulldozer": [.avx, .fma4]
        case "piledriver", "steamroller", "excavator": [.avx, .fma4, .fma]
        case "haswell", "zen": [.avx2, .fma]
        case "skylakex", "cooperlake", "sapphirerapids": [.avx2, .fma, .avx512]
        // Prescott and Barcelona among them.
        default: []
        }
    }
}
