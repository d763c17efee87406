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
        for (core, words) in [
            ("Core2", ["ssse3"]), ("Nehalem", ["ssse3", "sse4_1"]), ("Opteron", ["3dnow"]), ("Sandybridge", ["avx"]),
            ("Bulldozer", ["avx", "fma4"]),
        ] {
            #expect(processor.missingFeatures(forCore: core).isEmpty == flags.isSuperset(of: words), "\(core)")
        }
        #expect(info.contains(processor.brand) && info.contains(processor.vendor))
    }

    @Test(
        "a family that this processor cannot run is refused by name, before the process starts itself again",
        .enabled(if: !Processor.current.families.contains(.skylakex), "only on a processor without AVX-512"))
    func refusesWhatCannotRun() {
        #expect {
            _ = try KernelSelection.select(.skylakex)
        } throws: { error in
            guard case KernelsError.familyNotSupported(.skylakex, _, let missing) = error else { return false }
            return missing == ["AVX-512 (F, CD, BW, DQ, VL)"] && "\(error)".contains("skylakex")
        }
    }

    @Test("kernels that are loaded stay only where the processor can run them, whoever asked for them")
    func replacements() throws {
        let (old, plain, wide) = (
            Self.processor(avx2: false, avx512: false), Self.processor(avx2: true, avx512: false), Self.processor(avx2: true, avx512: true)
        )
        func replacement(_ loaded: KernelFamily?, _ family: KernelFamily? = nil, isChosen: Bool, _ processor: Processor) throws
            -> KernelFamily?
        {
            try KernelSelection.replacement(of: loaded?.coreType ?? "Prescott", by: family, isChosen: isChosen, on: processor)
        }
        // The environment of a machine with AVX-512 on one without it: nothing may be multiplied before other kernels are loaded.
        #expect(try replacement(.skylakex, isChosen: true, plain) == .haswell)
        #expect(try replacement(.skylakex, isChosen: false, plain) == .haswell)
        #expect(try replacement(.skylakex, .haswell, isChosen: true, plain) == .haswell)
        #expect(try replacement(.haswell, isChosen: true, plain) == nil)
        // The other way round it is slower, and its own affair.
        #expect(try replacement(.haswell, isChosen: true, wide) == nil)
        #expect(try replacement(.haswell, isChosen: false, wide) == .skylakex)
        #expect(try replacement(.skylakex, .haswell, isChosen: true, wide) == .haswell)
        #expect(try replacement(.skylakex, isChosen: true, wide) == nil)
        // Those that no plan can name.
        for isChosen in [false, true] {
            #expect(try replacement(nil, isChosen: isChosen, plain) == .haswell)
            #expect(try replacement(nil, isChosen: isChosen, wide) == .skylakex)
            #expect(try replacement(nil, isChosen: isChosen, old) == nil)
        }
    }

    @Test("a family that no processor like this can run is refused with what it lacks and what to do, asked for or loaded")
    func refused() throws {
        let (old, plain) = (Self.processor(avx2: false, avx512: false), Self.processor(avx2: true, avx512: false))
        for loaded in ["Prescott", "Haswell", "SkylakeX", "Cooperlake"] {
            let error = #expect(throws: KernelsError.self) {
                try KernelSelection.replacement(of: loaded, by: .skylakex, isChosen: true, on: plain)
            }
            #expect(error == .familyNotSupported(.skylakex, processor: "test", missing: ["AVX-512 (F, CD, BW, DQ, VL)"]))
        }
        // Nothing else could be loaded in its place.
        let error = #expect(throws: KernelsError.self) {
            try KernelSelection.replacement(of: "Haswell", by: nil, isChosen: true, on: old)
        }
        #expect(error == .coreNotSupported("Haswell", processor: "test", missing: ["AVX2", "FMA"]))
        #expect(error?.message.contains("its Haswell kernels, which do not run on this processor (test): it lacks AVX2, FMA") == true)
        #expect(error?.remedy.contains("unset OPENBLAS_CORETYPE where it asks for them") == true && error?.exitStatus == .unavailable)
    }

    /// What the kernels of each core that OpenBLAS 0.3.21 loads are made of.
    private static let cores: [(names: [String], sets: Set<InstructionSet>)] = [
        (["Prescott", "Barcelona"], []), (["Core2", "Atom", "Nano", "Bobcat"], [.ssse3]),
        (["Penryn", "Dunnington", "Nehalem"], [.ssse3, .sse41]), (["Opteron", "Opteron_SSE3"], [.amd3DNow]), (["Sandybridge"], [.avx]),
        (["Bulldozer"], [.avx, .fma4]), (["Piledriver", "Steamroller", "Excavator"], [.avx, .fma4, .fma]),
        (["Haswell", "Zen"], [.avx2, .fma]), (["SkylakeX", "Cooperlake", "SapphireRapids"], [.avx2, .fma, .avx512]),
    ]

    @Test("kernels of any core are kept, replaced or, where nothing can take their place and the processor lacks something, refused")
    func foreignCores() throws {
        func processor(_ sets: Set<InstructionSet>) -> Processor {
            Processor(
                brand: "test", vendor: "test", hasAVX2: sets.contains(.avx2), hasFMA: sets.contains(.fma),
                hasAVX512: sets.contains(.avx512), hasVNNI: false, kernelLevel: "x86-64", older: sets)
        }
        let processors: [Set<InstructionSet>] = [
            [], [.amd3DNow], [.ssse3], [.ssse3, .sse41], [.ssse3, .sse41, .avx], [.ssse3, .sse41, .avx, .fma4],
            [.ssse3, .sse41, .avx, .fma4, .fma], [.ssse3, .sse41, .avx, .avx2, .fma],
            [.ssse3, .sse41, .avx, .avx2, .fma, .avx512],
        ]
        for (names, needed) in Self.cores {
            for (name, sets) in names.flatMap({ name in processors.map { (name, $0) } }) {
                let (known, processor) = (KernelFamily(coreName: name), processor(sets))
                let lacking = needed.subtracting(sets)
                #expect(Set(processor.missingFeatures(forCore: name)) == Set(lacking.map(\.rawValue)), "\(name)")
                func replacement() throws -> KernelFamily? {
                    try KernelSelection.replacement(of: name.lowercased(), by: nil, isChosen: true, on: processor)
                }
                if let best = processor.bestFamily {
                    let stays = known.map { processor.families.contains($0) } ?? false
                    #expect(try replacement() == (stays ? nil : best), "\(name)")
                } else if lacking.isEmpty {
                    #expect(try replacement() == nil, "\(name)")
                } else {
                    let error = #expect(throws: KernelsError.self, "\(name)") { try replacement() }
                    let missing = processor.missingFeatures(forCore: name)
                    #expect(error == .coreNotSupported(name.lowercased(), processor: "test", missing: missing))
                }
            }
        }
        // Of a core that nobody has heard of OpenBLAS knows more than we do.
        #expect(try KernelSelection.replacement(of: "Neoverse", by: nil, isChosen: true, on: processor([])) == nil)
    }

    @Test(
        "a process with kernels that no plan can name starts itself again with the best of its processor",
        .enabled(if: Processor.current.bestFamily != nil, "only on a processor with AVX2"))
    func startsItselfAgain() throws {
        let outcome = try Self.child(family: nil, coreType: nil)
        #expect(outcome.family == Processor.current.bestFamily)
        #expect(outcome.origin == (outcome.firstPick == nil ? .library : .program) && outcome.better == nil && outcome.lacking == nil)
    }

    @Test(
        "a process that needs AVX2's kernels and has others starts itself again once with them",
        .enabled(if: Processor.current.families.contains(.haswell), "only on a processor with AVX2"))
    func startsWithHaswell() throws { try startsAgain(with: .haswell) }

    @Test(
        "a process that needs AVX-512's kernels and has others starts itself again once with them",
        .enabled(if: Processor.current.families.contains(.skylakex), "only on a processor with AVX-512"))
    func startsWithSkylakeX() throws { try startsAgain(with: .skylakex) }

    private func startsAgain(with family: KernelFamily) throws {
        let outcome = try Self.child(family: family, coreType: "Prescott")
        #expect(outcome.family == family)
        #expect(outcome.firstPick == "Prescott" && outcome.origin == .program)
        #expect(outcome.description.contains("started itself again") && outcome.better == nil && outcome.lacking == nil, "\(outcome)")
    }

    @Test(
        "kernels of AVX-512 that the environment asks for in vain are replaced before they run, and the log says why",
        .enabled(if: Processor.current.bestFamily == .haswell, "only on a processor with AVX2 and without AVX-512"))
    func environmentOfAnotherMachine() throws {
        for core in ["SkylakeX", "Cooperlake"] {
            let outcome = try Self.child(family: nil, coreType: core)
            #expect(outcome.family == .haswell && outcome.better == nil)
            // An OpenBLAS that looks at the processor does not load them in the first place.
            if outcome.firstPick == nil {
                #expect(outcome.origin == .library)
            } else {
                #expect(outcome.firstPick == core && outcome.origin == .program)
                #expect("\(outcome)".contains("which this processor cannot run (it lacks AVX-512"), "\(outcome)")
            }
        }
    }

    @Test(
        "AVX2's kernels that OPENBLAS_CORETYPE asks for stay, and the log says so and what would be faster",
        .enabled(if: Processor.current.families.contains(.haswell), "only on a processor with AVX2"))
    func asksForHaswell() throws { try asked(for: .haswell) }

    @Test(
        "AVX-512's kernels that OPENBLAS_CORETYPE asks for stay, and the log says so",
        .enabled(if: Processor.current.families.contains(.skylakex), "only on a processor with AVX-512"))
    func asksForSkylakeX() throws { try asked(for: .skylakex) }

    private func asked(for family: KernelFamily) throws {
        let best = try #require(Processor.current.bestFamily)
        let outcome = try Self.child(family: nil, coreType: family.coreType)
        #expect(outcome.core == family.coreType && outcome.origin == .environment && outcome.firstPick == nil)
        #expect(outcome.better == (family == best ? nil : best))
        let text = "\(outcome)"
        #expect(text.contains("as OPENBLAS_CORETYPE asks") && !text.contains("by itself") && !text.contains("again"), "\(text)")
        #expect(text.contains("this processor has \(best.coreType), which is faster") == (family != best), "\(text)")
        // A plan that asks for the same leaves nothing to be gained.
        #expect(try Self.child(family: family, coreType: family.coreType).better == nil)
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
        func text(_ origin: KernelOrigin, firstPick: String? = nil, better: KernelFamily? = nil, lacking: [String]? = nil) -> String {
            KernelSelection.Outcome(
                family: .haswell, core: "Haswell", firstPick: firstPick, origin: origin, better: better, lacking: lacking
            ).description
        }
        let kernels = "OpenBLAS runs its Haswell kernels (family haswell)"
        #expect(text(.library) == "\(kernels), as it picked by itself")
        #expect(text(.environment) == "\(kernels), as OPENBLAS_CORETYPE asks")
        #expect(
            text(.environment, better: .skylakex).hasPrefix(
                "\(kernels), as OPENBLAS_CORETYPE asks; this processor has SkylakeX, which is faster"))
        #expect(text(.parent) == "\(kernels), as the process that started this one chose")
        #expect(text(.program, firstPick: "Prescott").hasPrefix("\(kernels); it had picked Prescott, so the program started itself again"))
        let refused = text(.program, firstPick: "SkylakeX", lacking: ["AVX-512"])
        let reason = "it had loaded SkylakeX, which this processor cannot run (it lacks AVX-512)"
        #expect(refused.hasPrefix("\(kernels); \(reason), so the program started itself again"), "\(refused)")
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
