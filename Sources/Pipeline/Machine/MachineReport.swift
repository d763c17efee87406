import Diagnostics
import Kernels
import Storage

/// What this machine is, which kernels run on it, how fast, and whether they give the bits that they should.
///
/// ```swift
/// let report = try MachineReport.measure(kernels: try KernelSelection.select(nil))
/// print(report.gigaflops.allThreads, report.isHealthy)
/// ```
public struct MachineReport: Codable, Sendable {
    /// Speed of single-precision products, each on one thread.
    public struct Gigaflops: Codable, Hashable, Sendable {
        /// One thread alone, in 10⁹ operations a second.
        public let oneThread: Double
        /// All threads at once, together.
        public let allThreads: Double
        /// How many threads that were.
        public let threads: Int
    }

    /// The library that multiplies.
    public struct Library: Codable, Hashable, Sendable {
        /// Version and build options.
        public let configuration: String
        /// The kernels that run now, and what was picked at first.
        public let kernels: KernelSelection.Outcome
        /// Why these kernels run, in a sentence.
        public let reason: String
    }

    /// Version of the program.
    public let version: String
    /// The processor and what it can run.
    public let processor: Processor
    /// The families that it can run, slowest first.
    public let families: [KernelFamily]
    /// Cores that this process may use.
    public let cores: Int
    /// Memory of the machine or container, in bytes.
    public let memory: MachineMemory
    /// OpenBLAS.
    public let openBLAS: Library
    /// Speed of its products.
    public let gigaflops: Gigaflops
    /// What was checked.
    public let checks: [MachineCheck]

    /// Whether every check passed that is more than advice.
    public var isHealthy: Bool { checks.allSatisfy { $0.passed || $0.isAdvice } }

    /// Measures for about a second.
    ///
    /// - Parameters:
    ///   - kernels: what `KernelSelection.select` returned.
    ///   - threads: threads that multiply at the same time; a core each by default.
    public static func measure(kernels: KernelSelection.Outcome, threads: Int = ThreadTeam.coresOfThisProcess) throws -> MachineReport {
        let processor = Processor.current
        let one = try SpeedProbe.gigaflopsPerSecond(team: ThreadTeam(count: 1))
        let all = threads == 1 ? one : try SpeedProbe.gigaflopsPerSecond(team: ThreadTeam(count: threads))
        return MachineReport(
            version: ProgramVersion.current, processor: processor, families: processor.families, cores: ThreadTeam.coresOfThisProcess,
            memory: .current,
            openBLAS: Library(
                configuration: OpenBLAS.configuration.trimmingSpaces, kernels: kernels, reason: reason(for: kernels, on: processor)),
            gigaflops: Gigaflops(oneThread: one, allThreads: all, threads: threads),
            checks: [kernelCheck(kernels, on: processor), elementwiseCheck(), productCheck(kernels), repetitionCheck(), integerCheck()])
    }

    private static func reason(for kernels: KernelSelection.Outcome, on processor: Processor) -> String {
        guard let family = kernels.family else {
            return "the processor runs none of the families that a plan can name, so OpenBLAS keeps its own choice"
        }
        let best = processor.bestFamily
        let rest = "\(family == best ? "it" : best?.rawValue ?? "none") is the best family of this processor"
        return switch kernels.origin {
        case .library: "OpenBLAS picked it by itself; \(rest)"
        case .environment: "OPENBLAS_CORETYPE asks for it; \(rest)"
        case .parent: "the process that started this one chose it; \(rest)"
        case .program:
            "OpenBLAS \(kernels.lacking == nil ? "picked" : "had been told to load") \(kernels.firstPick ?? "")\(kernels.unfitness), "
                + "the program chose \(kernels.core) instead"
        }
    }

    private static func kernelCheck(_ kernels: KernelSelection.Outcome, on processor: Processor) -> MachineCheck {
        guard let best = processor.bestFamily else {
            return MachineCheck(
                "OpenBLAS kernels", passed: false, finding: "the processor has neither AVX2 with FMA nor AVX-512",
                remedy: "use a processor of 2015 or later, or plan with kernels: any and without comparing bits")
        }
        return MachineCheck(
            "OpenBLAS kernels", passed: kernels.family == best, isAdvice: kernels.family != nil,
            finding: "\(kernels.core) runs, \(best.coreType) is the best of this processor",
            remedy: "unset OPENBLAS_CORETYPE unless a plan asks for \(kernels.core)")
    }

    private static func elementwiseCheck() -> MachineCheck {
        let digest = Digest(of: KernelFingerprint.elementwiseReference())
        return MachineCheck(
            "own kernels give the reference bits", passed: digest.hex == ReferenceBits.elementwise, finding: digest.hex,
            remedy: "check the memory of this machine; if it is sound, report the processor and this line")
    }

    private static func productCheck(_ kernels: KernelSelection.Outcome) -> MachineCheck {
        let digest = Digest(of: KernelFingerprint.referenceTile())
        guard let family = kernels.family, let reference = ReferenceBits.tile[family] else {
            return MachineCheck(
                "products give the reference bits", passed: false, isAdvice: true,
                finding: "\(digest.hex); no reference is known for these kernels",
                remedy: "compare this line between the machines of a run")
        }
        return MachineCheck(
            "products give the reference bits", passed: digest.hex == reference, isAdvice: true, finding: digest.hex,
            remedy: "this OpenBLAS rounds otherwise than \(ReferenceBits.library): give every machine of a run the same build")
    }

    /// How many bits rounded activations can have here: products of the largest values against plain integers, where a sum of 16 bits
    /// would saturate without a word.
    private static func integerCheck() -> MachineCheck {
        let name = "integer products are exact"
        let bits = Int8Gemm.mostBits
        do {
            try Int8Gemm.check(bits)
            let reason = bits == .eight ? "with VNNI" : Processor.current.hasVNNI ? "oneDNN does not use VNNI" : "no VNNI"
            return MachineCheck(
                name, passed: true, finding: "up to \(bits.rawValue) bits (\(reason)): the largest values give the sums of plain integers")
        } catch {
            return MachineCheck(
                name, passed: false, isAdvice: true, finding: "\((error as? any DiagnosedError)?.message ?? "\(error)")",
                remedy: "plan with precision: exact; `precision: int8` is refused here")
        }
    }

    /// The same product twice, bit for bit: bad memory and kernels that read beyond their data show here first.
    private static func repetitionCheck() -> MachineCheck {
        let first = Digest(of: KernelFingerprint.referenceTile())
        let repeated = (0..<3).allSatisfy { _ in Digest(of: KernelFingerprint.referenceTile()) == first }
        return MachineCheck(
            "a product repeated has the same bits", passed: repeated, finding: repeated ? "4 of 4 equal" : "they differ",
            remedy: "test the memory of this machine before trusting a result")
    }
}

extension Digest {
    /// The digest of numbers' bits, little-endian.
    fileprivate init(of numbers: [Float]) {
        self = numbers.withUnsafeBytes { Digest(of: $0) }
    }
}

extension String {
    fileprivate var trimmingSpaces: String { split(separator: " ").joined(separator: " ") }
}
