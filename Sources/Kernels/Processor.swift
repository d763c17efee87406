import CKernels

/// What this machine's processor is and what it can run, from `cpuid` and `xgetbv`: a feature counts only when the operating
/// system saves its registers too.
public struct Processor: Codable, Sendable, Hashable {
    /// The model as the processor names itself, for example "AMD EPYC".
    public let brand: String
    /// "GenuineIntel", "AuthenticAMD", …
    public let vendor: String
    /// Whether it has 256-bit integer vectors.
    public let hasAVX2: Bool
    /// Whether it has fused multiply-add.
    public let hasFMA: Bool
    /// AVX-512 as far as OpenBLAS and our kernels need it: F, CD, BW, DQ and VL.
    public let hasAVX512: Bool
    /// 8-bit integer dot products that do not saturate, in AVX-512 or AVX form.
    public let hasVNNI: Bool
    /// The instruction-set level that our own kernels run at: "x86-64", "x86-64-v3" or "x86-64-v4".
    public let kernelLevel: String

    /// What it has of the sets that only OpenBLAS's kernels for processors without AVX2 ask for; not in files, where nobody asks.
    private var older: Set<InstructionSet> = []

    /// In files, the keys that `--json` prints.
    private enum CodingKeys: String, CodingKey {
        case brand, vendor
        case hasAVX2 = "has_avx2"
        case hasFMA = "has_fma"
        case hasAVX512 = "has_avx512"
        case hasVNNI = "has_vnni"
        case kernelLevel = "kernel_level"
    }

    /// Whether both are the same by what files have of them: read again, a processor is the one that was written.
    public static func == (one: Processor, other: Processor) -> Bool { one.written == other.written }

    /// As `==` compares.
    public func hash(into hasher: inout Hasher) { hasher.combine(written) }

    private var written: [String] {
        [brand, vendor, kernelLevel] + [hasAVX2, hasFMA, hasAVX512, hasVNNI].map { String($0) }
    }

    /// The processor that this process runs on.
    public static let current = Processor()

    /// The families that this processor can run, slowest first.
    public var families: [KernelFamily] {
        KernelFamily.allCases.filter { missingFeatures(for: $0).isEmpty }
    }

    /// The fastest family that this processor can run; nil where it can run none.
    public var bestFamily: KernelFamily? { families.last }

    /// The instruction sets that a family needs and this processor lacks.
    public func missingFeatures(for family: KernelFamily) -> [String] { missingFeatures(forCore: family.coreType) }

    /// The instruction sets that the kernels of a core need, as OpenBLAS names it, and this processor lacks.
    func missingFeatures(forCore core: String) -> [String] {
        InstructionSet.needed(byCore: core).filter { !has($0) }.map(\.rawValue)
    }

    private func has(_ set: InstructionSet) -> Bool {
        switch set {
        case .avx2: hasAVX2
        case .fma: hasFMA
        case .avx512: hasAVX512
        case .ssse3, .sse41, .amd3DNow, .avx, .fma4: older.contains(set)
        }
    }

    private init() {
        var raw = un_processor()
        un_read_processor(&raw)
        brand = Self.text(of: raw.brand)
        vendor = Self.text(of: raw.vendor)
        hasAVX2 = raw.avx2 == 1
        hasFMA = raw.fma == 1
        hasAVX512 = raw.avx512f == 1 && raw.avx512cd == 1 && raw.avx512bw == 1 && raw.avx512dq == 1 && raw.avx512vl == 1
        hasVNNI = raw.avx512vnni == 1 || raw.avx_vnni == 1
        kernelLevel = un_level_name(un_kernel_level()).map { String(cString: $0) } ?? "unknown"
        let sets: [(InstructionSet, Int32)] = [
            (.ssse3, raw.ssse3), (.sse41, raw.sse4_1), (.amd3DNow, raw.amd3dnow), (.avx, raw.avx), (.fma4, raw.fma4),
        ]
        older = Set(sets.filter { $0.1 == 1 }.map { $0.0 })
    }

    /// For tests: a processor that this machine need not be.
    init(
        brand: String, vendor: String, hasAVX2: Bool, hasFMA: Bool, hasAVX512: Bool, hasVNNI: Bool, kernelLevel: String,
        older: Set<InstructionSet> = []
    ) {
        self.brand = brand
        self.vendor = vendor
        self.hasAVX2 = hasAVX2
        self.hasFMA = hasFMA
        self.hasAVX512 = hasAVX512
        self.hasVNNI = hasVNNI
        self.kernelLevel = kernelLevel
        self.older = older
    }

    /// A C array of characters, which Swift sees as a tuple, up to its first NUL and without surrounding blanks.
    private static func text<Characters>(of characters: Characters) -> String {
        let bytes = withUnsafeBytes(of: characters) { Array($0.prefix { $0 != 0 }) }
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") }
        let kept = bytes.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
        return String(decoding: Array(kept), as: UTF8.self)
    }
}
