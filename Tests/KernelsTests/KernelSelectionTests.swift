import Foundation
import Testing

@testable import Kernels

@Suite("Kernel selection")
struct KernelSelectionTests {
    static func processor(avx2: Bool, avx512: Bool) -> Processor {
        Processor(
            brand: "test", vendor: "test", hasAVX2: avx2, hasFMA: avx2, hasAVX512: avx512, hasVNNI: avx512, kernelLevel: "x86-64")
    }

    @Test("families follow from the processor's features")
    func families() {
        #expect(Self.processor(avx2: false, avx512: false).families == [])
        #expect(Self.processor(avx2: false, avx512: false).bestFamily == nil)
        #expect(Self.processor(avx2: true, avx512: false).families == [.haswell])
        #expect(Self.processor(avx2: true, avx512: true).bestFamily == .skylakex)
        #expect(Self.processor(avx2: true, avx512: false).missingFeatures(for: .skylakex) == ["AVX-512 (F, CD, BW, DQ, VL)"])
    }

    @Test("OpenBLAS's names of cores map to families")
    func coreNames() {
        #expect(KernelFamily(coreName: "Zen") == .haswell)
        #expect(KernelFamily(coreName: "Haswell") == .haswell)
        #expect(KernelFamily(coreName: "SkylakeX") == .skylakex)
        #expect(KernelFamily(coreName: "Prescott") == nil)
        #expect(KernelFamily(coreName: "Cooperlake") == nil)
    }

    @Test("the processor of this machine agrees with /proc/cpuinfo")
    func thisProcessor() throws {
        let info = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
        let flags = Set(info.split(separator: "\n").first { $0.hasPrefix("flags") }?.split(separator: " ").map(String.init) ?? [])
        let processor = Processor.current
        #expect(processor.hasAVX2 == flags.contains("avx2"))
        #expect(processor.hasFMA == flags.contains("fma"))
        #expect(processor.hasAVX512 == flags.isSuperset(of: ["avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"]))
        #expect(processor.hasVNNI == (flags.contains("avx512_vnni") || flags.contains("avx_vnni")))
        #expect(info.contains(processor.brand) && info.contains(processor.vendor))
    }

    @Test("a family that the processor cannot run is refused by name", .enabled(if: !Processor.current.families.contains(.skylakex)))
    func refusesWhatCannotRun() {
        #expect {
            _ = try KernelSelection.select(.skylakex)
        } throws: { error in
            guard case KernelsError.familyNotSupported(.skylakex, _, let missing) = error else { return false }
            return missing == ["AVX-512 (F, CD, BW, DQ, VL)"] && "\(error)".contains("skylakex")
        }
    }

    @Test(
        "a process with the wrong kernels starts itself again once with the right ones", .enabled(if: Processor.current.bestFamily != nil))
    func startsItselfAgain() throws {
        for family in [nil] + Processor.current.families.map(Optional.some) {
            let outcome = try Self.child(family: family, coreType: family == nil ? nil : "Prescott")
            if let family {
                #expect(outcome.family == family)
                #expect(outcome.firstPick == "Prescott" && outcome.origin == .program)
                #expect(outcome.description.contains("started itself again") && outcome.better == nil, "\(outcome)")
            } else {
                #expect(outcome.family == Processor.current.bestFamily)
                #expect(outcome.origin == (outcome.firstPick == nil ? .library : .program) && outcome.better == nil)
            }
        }
    }

    @Test(
        "what OPENBLAS_CORETYPE asks for stays, and the log says so and what would be faster",
        .enabled(if: Processor.current.bestFamily != nil))
    func asked() throws {
        let best = try #require(Processor.current.bestFamily)
        for family in Processor.current.families {
            let outcome = try Self.child(family: nil, coreType: family.coreType)
            #expect(outcome.core == family.coreType && outcome.origin == .environment && outcome.firstPick == nil)
            #expect(outcome.better == (family == best ? nil : best))
            let text = "\(outcome)"
            #expect(text.contains("as OPENBLAS_CORETYPE asks") && !text.contains("by itself") && !text.contains("again"), "\(text)")
            #expect(text.contains("this processor has \(best.coreType), which is faster") == (family != best), "\(text)")
            // A plan that asks for the same leaves nothing to be gained.
            #expect(try Self.child(family: family, coreType: family.coreType).better == nil)
        }
    }

    @Test("who chose the kernels is told apart, also in processes that those start which started themselves again")
    func origins() {
        #expect(KernelOrigin(core: "Haswell", coreType: nil, mark: nil, isOwnMark: false) == .library)
        #expect(KernelOrigin(core: "Haswell", coreType: "haswell", mark: nil, isOwnMark: false) == .environment)
        // OpenBLAS goes on with its own choice.
        #expect(KernelOrigin(core: "Haswell", coreType: "Hazwell", mark: nil, isOwnMark: false) == .library)
        #expect(KernelOrigin(core: "SkylakeX", coreType: "SkylakeX", mark: "7:Prescott:1", isOwnMark: true) == .program)
        #expect(KernelOrigin(core: "SkylakeX", coreType: "SkylakeX", mark: "7:Prescott:1", isOwnMark: false) == .parent)
    }

    @Test("the log's sentence says who chose, and of what is faster only where it can be had")
    func sentences() {
        func text(_ origin: KernelOrigin, firstPick: String? = nil, better: KernelFamily? = nil) -> String {
            KernelSelection.Outcome(family: .haswell, core: "Haswell", firstPick: firstPick, origin: origin, better: better).description
        }
        let kernels = "OpenBLAS runs its Haswell kernels (family haswell)"
        #expect(text(.library) == "\(kernels), as it picked by itself")
        #expect(text(.environment) == "\(kernels), as OPENBLAS_CORETYPE asks")
        #expect(
            text(.environment, better: .skylakex).hasPrefix(
                "\(kernels), as OPENBLAS_CORETYPE asks; this processor has SkylakeX, which is faster"))
        #expect(text(.parent) == "\(kernels), as the process that started this one chose")
        #expect(text(.program, firstPick: "Prescott").hasPrefix("\(kernels); it had picked Prescott, so the program started itself again"))
    }

    /// Runs only in the child process of the test above: selects, and writes what came of it.
    @Test("(child process) selects and reports", .enabled(if: ProcessInfo.processInfo.environment["KERNEL_SELECTION_REPORT"] != nil))
    func report() throws {
        let environment = ProcessInfo.processInfo.environment
        let path = try #require(environment["KERNEL_SELECTION_REPORT"])
        let outcome = try KernelSelection.select(environment["KERNEL_SELECTION_FAMILY"].flatMap(KernelFamily.init(rawValue:)))
        #expect(OpenBLAS.threads == 1)
        // A second call, as for a plan after the start of the program, finds everything right.
        #expect(try KernelSelection.select(outcome.family).core == outcome.core)
        #expect(try KernelSelection.select(nil).core == outcome.core)
        try JSONEncoder().encode(outcome).write(to: URL(fileURLWithPath: path))
    }

    /// Starts this test program again, for `report()` alone.
    private static func child(family: KernelFamily?, coreType: String?) throws -> KernelSelection.Outcome {
        let report = FileManager.default.temporaryDirectory.appendingPathComponent("kernel-selection-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: report) }
        var environment = ProcessInfo.processInfo.environment
        environment["KERNEL_SELECTION_REPORT"] = report.path
        environment["KERNEL_SELECTION_FAMILY"] = family?.rawValue
        environment["OPENBLAS_CORETYPE"] = coreType
        // These tests themselves may have been started by a program that had started itself again.
        environment[KernelSelection.guardVariable] = nil
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = ["--testing-library", "swift-testing", "--filter", "KernelSelectionTests/report"]
        process.environment = environment
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return try JSONDecoder().decode(KernelSelection.Outcome.self, from: Data(contentsOf: report))
    }
}
