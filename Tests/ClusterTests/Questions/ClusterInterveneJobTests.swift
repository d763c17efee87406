import Foundation
import Kernels
import Pipeline
import SmallRuns
import Storage
import Synchronization
import SystemPackage
import Testing

@testable import Cluster

/// Raises a request to stop once a batch is done.
private final class StopAfterBatch: ProgressReporter {
    let stop = StopRequest()

    func begin(_ stage: ProgressStage) {}
    func advance(by count: Int) { stop.raise() }
    func end() {}
}

@Suite("A question that workers answer", .serialized)
struct ClusterInterveneJobTests {
    let question: QuestionFolder

    init() throws { question = try QuestionFolder() }

    /// Waits for the ends of workers.
    private func finish(_ workers: [WorkerRun]) throws {
        for worker in workers {
            try #require(eventually { worker.outcome != nil })
            #expect(try worker.outcome?.get() == .complete)
        }
    }

    @Test("has the bits of one process with any number of workers and threads", arguments: [[1], [3], [1, 2, 1]])
    func sameBits(threads: [Int]) throws {
        let expected = try question.plainFiles()
        let workers = try threads.enumerated().map { try question.worker("w\($0)", threads: $1) }
        let outcome = try ClusterInterveneJob(question.job(), settings: question.settings()).run()
        #expect(outcome.computedRows == QuestionFolder.rows && outcome.summary.rows == QuestionFolder.rows)
        #expect(try question.files() == expected)
        try finish(workers)
        #expect(try question.log.contains("of rows for workers at \(question.endpoint); `universal-neurons status \(question.endpoint)`"))
        // What is there is asked of nobody.
        #expect(try ClusterInterveneJob(question.job(), settings: question.settings()).run().computedRows == 0)
    }

    @Test("of a run with `kernels: any` is answered too, with the bits of one process of the same kernels")
    func anyKernels() throws {
        let question = try QuestionFolder(kernels: .any)
        let expected = try question.plainFiles()
        let worker = try question.worker("w", threads: 2)
        #expect(try ClusterInterveneJob(question.job(), settings: question.settings()).run().computedRows == QuestionFolder.rows)
        #expect(try question.files() == expected)
        try finish([worker])
    }

    @Test("with `kernels: any` a worker of other kernels than those that the answer is kept under asks for these, and leaves without them")
    func kernelsOfOtherAnswer() throws {
        let question = try QuestionFolder(kernels: .any)
        let asked = Mutex<[KernelFamily?]>([])
        // As if the process that asks had the other family.
        let core = OpenBLAS.family == .haswell ? "SkylakeX" : "Haswell"
        let context = try MessageContext()
        let socket = try MessageSocket(.router, in: context, security: .privateFolder)
        try socket.bind(question.endpoint)
        let worker = try question.worker("w") { $0.selectKernels = { family in asked.withLock { $0.append(family) } } }
        let (inquiry, payload) = try question.tiny.inquiry(kernels: core)
        while worker.outcome == nil {
            guard let message = try nextMessage(socket), let peer = message.sender else { break }
            if message.kind == .workerHello { _ = try socket.send(OutgoingMessage(.inquiry, inquiry, payload: payload), to: peer) }
            if message.kind == .left { break }
        }
        try #require(eventually { worker.outcome != nil })
        let expected = PipelineError.kernelsOfOtherAnswer(asked: core, running: OpenBLAS.coreName)
        #expect(expected.exitStatus == .unavailable)
        #expect(throws: expected) { _ = try worker.outcome?.get() }
        #expect(asked.withLock { $0 } == [KernelFamily(coreName: core)])
    }

    @Test("is gone on with where it was stopped, by another process that asks and the same worker, to the same bits")
    func resumed() throws {
        let expected = try question.plainFiles()
        let worker = try question.worker("w")
        let progress = StopAfterBatch()
        #expect(throws: PipelineError.stopped) {
            _ = try ClusterInterveneJob(question.job(stop: progress.stop, progress: progress), settings: question.settings()).run()
        }
        let kept = try Folder.names(in: question.answer().appending("batches")).count
        #expect(kept >= 1 && worker.outcome == nil)
        let outcome = try ClusterInterveneJob(question.job(), settings: question.settings()).run()
        #expect(outcome.computedRows <= QuestionFolder.rows - 128 * min(kept, QuestionFolder.batches - 1))
        #expect(try question.files() == expected)
        try finish([worker])
    }

    @Test("a worker that lacks the model has it from the process that asks")
    func fetchedModel() throws {
        let expected = try question.plainFiles()
        let job = question.job()
        _ = try job.run { work in
            // What the worker is told of where the model lies is of another machine.
            let path = question.tiny.run.folder.plan
            let text = try MappedFile(path).withBytes { String(decoding: $0, as: UTF8.self) }
            let place = question.folder.file("a").string
            try #require(text.contains("\"\(place)\""))
            try DurableFile.replace(path, with: text.replacingOccurrences(of: "\"\(place)\"", with: "\"/nowhere/a\""))
            let coordinator = try QuestionCoordinator(work, settings: try question.settings(), context: job.context)
            let worker = try question.worker("w")
            let outcome = try coordinator.run()
            try coordinator.sayFarewell(outcome)
            try finish([worker])
            try DurableFile.replace(path, with: text)
        }
        #expect(try question.files() == expected)
        #expect(question.log.contains("model a is fetched from the coordinator"))
        #expect(try Folder.names(in: question.folder.file("cache")).contains { $0.hasSuffix(".lock") == false })
    }

    @Test("a worker that stays takes the next question at the same address, and then ends as asked, with nothing at work")
    func stays() throws {
        let expected = try question.plainFiles()
        let worker = try question.worker("w") { $0.stays = true }
        for _ in 0..<2 {
            _ = try ClusterInterveneJob(question.job(), settings: question.settings()).run()
            #expect(try question.files() == expected)
            try FileManager.default.removeItem(atPath: question.tiny.run.folder.interventions.string)
        }
        #expect(worker.outcome == nil)
        worker.stop.raise()
        try #require(eventually { worker.outcome != nil })
        #expect(throws: PipelineError.endedWhileIdle) { try worker.outcome?.get() }
    }

    @Test("a worker that can make nothing of the question says so each time that it is asked, and leaves after three times with the reason")
    func unusable() throws {
        let context = try MessageContext()
        let socket = try MessageSocket(.router, in: context, security: .privateFolder)
        try socket.bind(question.endpoint)
        let worker = try question.worker("w")
        let (inquiry, payload) = try question.tiny.inquiry { _, _, tokens in tokens[3] = -1 }
        var reasons: [String] = []
        while worker.outcome == nil {
            guard let message = try nextMessage(socket), let peer = message.sender else { break }
            switch message.kind {
            case .workerHello: _ = try socket.send(OutgoingMessage(.inquiry, inquiry, payload: payload), to: peer)
            case .inquiryRefused: reasons.append(try message.body(as: InquiryRefusal.self).reason)
            default: break
            }
            if message.kind == .left { break }
        }
        try #require(eventually { worker.outcome != nil })
        #expect(reasons.count == 3 && reasons.allSatisfy { $0.contains("its row is none of the corpus") }, "\(reasons)")
        #expect(throws: ClusterError.jobUnusable(attempts: 3, reason: try #require(reasons.first))) { _ = try worker.outcome?.get() }
    }

    @Test("a worker whose kernels give other bits than those of the process that asks leaves with the reason")
    func otherKernels() throws {
        let context = try MessageContext()
        let socket = try MessageSocket(.router, in: context, security: .privateFolder)
        try socket.bind(question.endpoint)
        let worker = try question.worker("w")
        let (inquiry, payload) = try question.tiny.inquiry(fingerprint: Digest(of: "other bits"))
        while worker.outcome == nil {
            guard let message = try nextMessage(socket), let peer = message.sender else { break }
            if message.kind == .workerHello { _ = try socket.send(OutgoingMessage(.inquiry, inquiry, payload: payload), to: peer) }
            if message.kind == .left { break }
        }
        try #require(eventually { worker.outcome != nil })
        #expect(throws: PipelineError.kernelsDiffer(planned: question.tiny.plan.numbers.kernels, running: OpenBLAS.coreName)) {
            _ = try worker.outcome?.get()
        }
    }
}
