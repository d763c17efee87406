import Analysis
import Foundation
import Kernels
import Models
import Pipeline
import Scheduling
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Cluster

/// A tiny run, and a question about it that takes several batches.
struct QuestionFolder {
    /// Of 16 tokens each: four batches of 128 rows, and one of 88.
    static let rows = 600
    static let batches = 5

    let folder: TemporaryFolder
    let tiny: TinyPlan
    let log = RecordedLog()
    static let request = InterventionRequest(
        neurons: [NeuronPlace(layer: 0, neuron: 3), NeuronPlace(layer: 1, neuron: 5)], values: [0, 2],
        frozen: [.nothing, .norm, .frequency])

    init(kernels: KernelChoice = .auto) throws {
        folder = try TemporaryFolder()
        tiny = try TinyPlan(in: folder, rows: Self.rows, kernels: kernels)
    }

    var endpoint: Endpoint { get throws { try Endpoint(ipc: folder.file("q")) } }

    /// The question, to be answered by this process or by workers.
    ///
    /// - Parameters:
    ///   - values: nil: those of the usual question.
    ///   - folder: of whoever asks; nil: the run's own.
    func job(
        values: [Float]? = nil, in folder: RunFolder? = nil, stop: StopRequest = StopRequest(),
        progress: any ProgressReporter = SilentProgress()
    ) -> InterveneJob {
        var request = Self.request
        if let values { request.values = values }
        return InterveneJob(
            folder: folder ?? tiny.run.folder, request: request, tokens: .all,
            context: JobContext(team: ThreadTeam(count: 2), progress: progress, stop: stop, logger: log.logger))
    }

    /// How workers are had. With its context all sockets of one process that asks are gone, and its address is free.
    func settings(_ change: (inout CoordinatorSettings) -> Void = { _ in }) throws -> CoordinatorSettings {
        var settings = CoordinatorSettings(endpoint: try endpoint, security: .privateFolder, messages: try MessageContext())
        settings.heartbeat = 100
        settings.policy.backoff = 10
        change(&settings)
        return settings
    }

    /// A worker that connects to where the question is asked.
    func worker(_ name: String, threads: Int = 1, _ change: (inout WorkerSettings) -> Void = { _ in }) throws -> WorkerRun {
        var settings = WorkerSettings(coordinator: try endpoint, memory: 1 << 30, threads: threads, security: .privateFolder)
        settings.name = WorkerID(name)
        settings.scratch = folder.file("scratch")
        settings.modelCache = folder.file("cache")
        change(&settings)
        return WorkerRun(settings, logger: log.logger)
    }

    /// The folder of the answer; there is one.
    func answer(in folder: RunFolder? = nil) throws -> FilePath {
        let answers = (folder ?? tiny.run.folder).interventions
        let names = try Folder.names(in: answers)
        try #require(names.count == 1)
        return answers.appending(names[0])
    }

    /// The answer's files.
    func files(in folder: RunFolder? = nil) throws -> [Data] {
        let path = try answer(in: folder)
        let batches = (0..<Self.batches).map { "batches/\($0).npz" }
        return try (["interventions.csv", "interventions.json", "question.json"] + batches).map {
            try Data(contentsOf: URL(fileURLWithPath: path.appending($0).string))
        }
    }

    /// A folder of somebody who asks: it has the run's plan, and nothing else.
    func askersFolder(_ name: String) throws -> RunFolder {
        let asker = RunFolder(folder.file(name))
        try LocalFiles().createFolder(asker.path)
        try FileManager.default.copyItem(atPath: tiny.run.folder.plan.string, toPath: asker.plan.string)
        return asker
    }

    /// The same question for a process that stands by.
    func asking(_ job: InterveneJob) throws -> AskedInterveneJob {
        AskedInterveneJob(job, of: try endpoint, security: .privateFolder, in: try MessageContext())
    }

    /// The answer of one process; nothing of it is left.
    func plainFiles(values: [Float]? = nil) throws -> [Data] {
        _ = try job(values: values).run()
        let files = try files()
        try FileManager.default.removeItem(atPath: tiny.run.folder.interventions.string)
        return files
    }

    /// Asks by hand, as the process with the question.
    func ask(retries: Int = 3, _ body: (QuestionCoordinator) throws -> Void) throws {
        let job = job()
        _ = try job.run { work in
            try body(try QuestionCoordinator(work, settings: try settings { $0.policy.retries = retries }, context: job.context))
        }
    }
}

extension QuestionCoordinator {
    /// Has it work until something is so.
    ///
    /// - Returns: whether it came true.
    func works(until condition: () throws -> Bool) throws -> Bool {
        let end = ContinuousClock.now + .milliseconds(patience)
        while ContinuousClock.now < end {
            if try condition() { return true }
            try serve()
        }
        return false
    }
}
