import Pipeline
import Scheduling
import SmallRuns
import Storage
import Testing

@testable import Cluster
@testable import Kernels
@testable import Pipeline

@Suite("A worker that cannot compute the plan", .serialized)
struct UnfitWorkerTests {
    private static let old = Processor(
        brand: "Old Xeon", vendor: "GenuineIntel", hasAVX2: false, hasFMA: false, hasAVX512: false, hasVNNI: false, kernelLevel: "x86-64")
    private static let plain = Processor(
        brand: "Plain Xeon", vendor: "GenuineIntel", hasAVX2: true, hasFMA: true, hasAVX512: false, hasVNNI: false,
        kernelLevel: "x86-64-v3")

    @Test(
        "as its processor has no AVX2 leaves with what it lacks and what to do; another computes the run, to the bits of one process",
        .enabled(if: OpenBLAS.family != nil, "only with kernels that a plan names: OPENBLAS_CORETYPE as `doctor` says"))
    func withoutAVX2() throws {
        let error = try refusal(.exact) { settings in
            settings.selectKernels = { family in if let family { try KernelSelection.check(family, on: Self.old) } }
        }
        // Every family needs AVX2.
        let family = try #require(OpenBLAS.family)
        let message = "kernels of the family \(family.rawValue) do not run on this processor (Old Xeon): it lacks AVX2, FMA"
        #expect(error.message.hasPrefix(message), "\(error)")
        #expect(error.remedy.contains("use a machine that has them"))
    }

    @Test(
        "as its processor has no VNNI leaves a plan of 8 bits, and says why; another computes the run",
        .enabled(if: Int8Gemm.mostBits == .eight, "only where 8 bits can be planned: the processor has VNNI"))
    func withoutVNNI() throws {
        let error = try refusal(.int8(.eight)) { settings in
            settings.checkBits = { try Int8Gemm.check($0, on: Self.plain) }
        }
        #expect(error == .bitsNotSupported(8, processor: "Plain Xeon", reason: "it lacks VNNI"))
        #expect(error.message.contains("Plain Xeon") && error.message.contains("it lacks VNNI") && !error.remedy.isEmpty, "\(error)")
    }

    /// Plays a run whose first worker cannot compute the plan, and a second that can.
    ///
    /// - Parameter change: what is wrong with the first.
    /// - Returns: what it ended with.
    private func refusal(_ precision: StatisticsPrecision, _ change: (inout WorkerSettings) -> Void) throws -> KernelsError {
        let folder = try TemporaryFolder()
        var changed = try TinyPlan(in: folder).plan.configuration
        changed.precision = precision
        let configuration = changed
        let calm = RunFolder(folder.file("calm"))
        let job = JobContext(team: ThreadTeam(count: 1))
        let expected = try RunJob(configuration: configuration, folder: calm, context: job).run { _ in try analysedHash(calm) }

        let run = RunFolder(folder.file("out"))
        let endpoint = try Endpoint(ipc: folder.file("c"))
        let log = RecordedLog()
        let coordinated = CoordinatedRun {
            var settings = CoordinatorSettings(endpoint: endpoint, security: .privateFolder, messages: try MessageContext())
            settings.heartbeat = 200
            let context = JobContext(team: ThreadTeam(count: 1), logger: log.logger)
            try context.files.createFolder(run.path)
            return try CoordinatorJob(
                configuration: configuration, folder: run, placement: ClusterPlacement(reducers: 1, workerMemory: 1 << 30),
                settings: settings, context: context
            ).run { _ in try analysedHash(run) }
        }
        func worker(_ name: String, _ change: (inout WorkerSettings) -> Void = { _ in }) -> WorkerRun {
            var settings = WorkerSettings(coordinator: endpoint, memory: 1 << 30, threads: 1, security: .privateFolder)
            settings.name = WorkerID(name)
            settings.scratch = folder.file("scratch-\(name)")
            settings.modelCache = folder.file("cache")
            change(&settings)
            return WorkerRun(settings)
        }
        // As long as nobody else is there: it is not that it came too late.
        let unfit = worker("unfit", change)
        #expect(comesTrue { unfit.outcome != nil || coordinated.result != nil })
        let error = #expect(throws: KernelsError.self) { try unfit.outcome?.get() }
        #expect(error?.exitStatus == .unavailable)
        #expect(log.contains("worker unfit has come") && coordinated.result == nil)
        #expect(eventually { log.contains("worker unfit has left: ") }, "\(log.lines.suffix(20))")

        let reducer = try RunningReducer(
            ReducerSettings(
                coordinator: endpoint, listen: try Endpoint(ipc: folder.file("r")), store: folder.file("store"),
                coordinatorSecurity: .privateFolder, listenSecurity: .privateFolder))
        let fit = worker("fit")
        #expect(comesTrue { coordinated.result != nil })
        #expect(try coordinated.result?.get() == expected, "\(log.lines.suffix(20))")
        #expect(!log.contains("failed"), "\(log.lines.suffix(20))")
        #expect(try reducer.stopped() == .complete)
        #expect(eventually { fit.outcome != nil })
        return try #require(error)
    }
}
