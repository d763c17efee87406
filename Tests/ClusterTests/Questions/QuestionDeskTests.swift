import Analysis
import Foundation
import Kernels
import Models
import Pipeline
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Cluster

@Suite("A process that stands by for questions", .serialized)
struct QuestionDeskTests {
    let question: QuestionFolder

    init() throws { question = try QuestionFolder() }

    private var address: FilePath { question.tiny.run.folder.path.appending(CoordinatorAddress.fileName) }

    /// A process that stands by, and listens.
    private func standBy(patience: Int64 = 30_000) throws -> OwnRun<Void> {
        let (folder, endpoint, logger) = (question.tiny.run.folder, try question.endpoint, question.log.logger)
        let desk = OwnRun<Void> { stop in
            let context = JobContext(team: ThreadTeam(count: 2), stop: stop, logger: logger)
            // With its context, which is gone before this is over, all its sockets are, and its address is free.
            var settings = CoordinatorSettings(endpoint: endpoint, security: .privateFolder, messages: try MessageContext())
            settings.heartbeat = 100
            settings.policy.leaseTimeout = patience
            try AnswerJob(folder: folder, settings: settings, context: context).run()
        }
        try #require(eventually { desk.outcome != nil || Folder.holdsFile(address) })
        return desk
    }

    private func end(_ desk: OwnRun<Void>, _ error: PipelineError = .endedWhileIdle) throws {
        desk.stop.raise()
        try #require(eventually { desk.outcome != nil })
        #expect(throws: error) { _ = try desk.outcome?.get() }
        #expect(!Folder.holdsFile(address))
    }

    /// The socket of somebody who asks by hand.
    private func asker(_ context: MessageContext, _ name: String = "asker") throws -> MessageSocket {
        var options = SocketOptions()
        options.identity = RoutingIdentity(named: name)
        let socket = try MessageSocket(.dealer, in: context, security: .privateFolder, options: options)
        try socket.connect(try question.endpoint)
        return socket
    }

    private func standing(_ socket: MessageSocket) throws -> QuestionStanding {
        try #require(try nextMessage(socket)).body()
    }

    /// The usual question, as somebody in the run's folder asks it.
    private func asked() throws -> AskedQuestion { try question.job().askedElsewhere() }

    @Test("answers them one after the other with the bits of one process, into the folders of askers who have the plan alone")
    func sameBits() throws {
        let (expected, others) = (try question.plainFiles(), try question.plainFiles(values: [1]))
        let desk = try standBy()
        let worker = try question.worker("w")
        let asker = try question.askersFolder("asker")
        let outcome = try question.asking(question.job(in: asker)).run()
        #expect(outcome.computedRows == QuestionFolder.rows && outcome.summary.rows == QuestionFolder.rows)
        #expect(try question.files(in: asker) == expected)
        // What is there is asked of nobody.
        #expect(try question.asking(question.job(in: asker)).run().computedRows == 0)
        // Where the asker's folder is the coordinator's nothing is brought anywhere.
        #expect(try question.asking(question.job()).run().computedRows == 0 && question.files() == expected)
        try FileManager.default.removeItem(atPath: asker.interventions.string)
        #expect(try question.asking(question.job(values: [1], in: asker)).run().computedRows == QuestionFolder.rows)
        #expect(try question.files(in: asker) == others && worker.outcome == nil)
        let status = try ClusterClient(try question.endpoint, security: .privateFolder, in: try MessageContext()).status(seconds: 60)
        // Two were asked of it: the other answers were there already.
        #expect(status.questions == .init(answered: 2, failed: 0, waiting: 0) && status.waitingBecause == "no question is asked")
        #expect(status.workers.map(\.state) == ["idle"])
        #expect(status.workers.allSatisfy { $0.memory > 0 && $0.residentBytes > 0 && $0.threads > 0 && !$0.host.isEmpty })
        try end(desk)
        worker.stop.raise()
        try #require(eventually { worker.outcome != nil })
    }

    @Test("has several askers wait for their turn, and answers a question once for all who ask it")
    func severalAskers() throws {
        let (expected, others) = (try question.plainFiles(), try question.plainFiles(values: [1]))
        let desk = try standBy()
        let folders = try (0..<4).map { try question.askersFolder("asker-\($0)") }
        let askers = try folders.enumerated().map { place, folder in
            let job = try question.asking(question.job(values: place % 2 == 0 ? nil : [1], in: folder))
            return OwnRun { _ in try job.run() }
        }
        let worker = try question.worker("w", threads: 2)
        for (place, asker) in askers.enumerated() {
            try #require(comesTrue { asker.outcome != nil })
            #expect(try asker.outcome?.get().computedRows == QuestionFolder.rows)
            #expect(try question.files(in: folders[place]) == (place % 2 == 0 ? expected : others))
        }
        #expect(worker.outcome == nil)
        try end(desk)
        worker.stop.raise()
        try #require(eventually { worker.outcome != nil })
    }

    @Test("puts a question down that nobody waits for any more, and goes on with it for whoever asks again, of it or of its successor")
    func resumed() throws {
        let expected = try question.plainFiles()
        let desk = try standBy()
        let context = try MessageContext()
        let socket = try asker(context)
        let question = try asked()
        let (ask, payload) = try Ask.message(question)
        try socket.give(.ask, ask, payload)
        var found = try standing(socket)
        #expect(found.question == ask.key && found.phase == .current)
        // Nothing goes on without workers.
        #expect(
            try eventually {
                try socket.give(.ask, Ask(about: question))
                found = try standing(socket)
                return found.phase == .current && found.waitingBecause?.contains("there is no worker") == true
            })
        try socket.give(.withdrawn, ask.key)
        #expect(try standing(socket).phase == .unknown)
        #expect(eventually { self.question.log.contains("nobody waits for the answer any more") })
        try end(desk)
        let next = try standBy()
        // It has not heard of the question.
        try socket.give(.ask, Ask(about: question))
        #expect(try standing(socket).phase == .unknown)
        let worker = try self.question.worker("w")
        let folder = try self.question.askersFolder("asker")
        let outcome = try self.question.asking(self.question.job(in: folder)).run()
        #expect(outcome.summary.rows == QuestionFolder.rows)
        #expect(try self.question.files(in: folder) == expected)
        try end(next)
        worker.stop.raise()
        try #require(eventually { worker.outcome != nil })
    }

    @Test("ends as asked where it has no question, and as stopped in the middle of one")
    func ended() throws {
        try end(try standBy())
        let desk = try standBy()
        let context = try MessageContext()
        let socket = try asker(context)
        let (ask, payload) = try Ask.message(try asked())
        try socket.give(.ask, ask, payload)
        #expect(try standing(socket).phase == .current)
        try end(desk, .stopped)
    }

    @Test("gives up an asker that is silent for too long")
    func silence() throws {
        let desk = try standBy(patience: 500)
        let context = try MessageContext()
        let socket = try asker(context)
        let (ask, payload) = try Ask.message(try asked())
        try socket.give(.ask, ask, payload)
        #expect(try standing(socket).phase == .current)
        #expect(eventually { question.log.contains("nobody waits for the answer any more") })
        try end(desk)
    }

    @Test("refuses a question of another run, of other kernels, or about what the run does not have, and says why")
    func refused() throws {
        let desk = try standBy()
        let context = try MessageContext()
        let socket = try asker(context)
        let (tiny, rows) = (question.tiny, QuestionFolder.rows)
        func refusal(_ ask: Ask, _ payload: [PayloadFrame]) throws -> TurnedAway {
            try socket.give(.ask, ask, payload)
            let message = try #require(try nextMessage(socket))
            try #require(message.kind == .turnedAway)
            return try message.body()
        }
        let foreign = try TinyPlan(in: try TemporaryFolder(), rows: 40)
        let (strange, frames) = try Ask.message(
            try AskedQuestion(TinyPlan.question(), rows: 1, of: foreign.plan, in: foreign.run.folder, runTokens: nil))
        let other = try refusal(strange, frames)
        #expect(other.status == 65 && other.reason.contains("about another run"))
        // Also before the question is said.
        var brief = strange
        brief.bytes = nil
        #expect(try refusal(brief, []) == other)
        func bad(layer: Int = 0, neurons: Int = 1, rows: Int = 1) throws -> TurnedAway {
            let places = (0..<neurons).map { NeuronPlace(layer: layer, neuron: $0) }
            let wrong = InterventionQuestion(model: "a", neurons: places, frozen: [.nothing]) { _ in [Intervention(.zero)] }
            let (ask, payload) = try Ask.message(try AskedQuestion(wrong, rows: rows, of: tiny.plan, in: tiny.run.folder, runTokens: nil))
            return try refusal(ask, payload)
        }
        #expect(try bad(layer: 2).reason.contains("a condition is none of its model"))
        #expect(try bad(neurons: 0).reason.contains("0 conditions"))
        #expect(try bad(rows: rows + 1).reason.contains("no \(rows + 1) rows") && bad(rows: 0).status == 65)
        // The bytes of another question than the one that is named.
        let (ask, _) = try Ask.message(try asked())
        let unlike = try AskedQuestion(TinyPlan.question(), rows: rows, of: tiny.plan, in: tiny.run.folder, runTokens: nil)
        let (differing, others) = try Ask.message(unlike)
        var mixed = ask
        mixed.bytes = differing.bytes
        #expect(try refusal(mixed, others).reason.contains("kernels"))
        // Sums are for those whose question is answered.
        try socket.give(.sumsRequest, SumsRequest(question: ask.key, batch: 0))
        #expect(try standing(socket).phase == .unknown)
        #expect(!Folder.exists(tiny.run.folder.interventions))
        try end(desk)
    }

    @Test("tells whoever asks why a question cannot be answered, and goes on")
    func failing() throws {
        let expected = try question.plainFiles()
        let desk = try standBy()
        let worker = try question.worker("w")
        let (model, away) = (question.folder.file("a").string, question.folder.file("away").string)
        try FileManager.default.moveItem(atPath: model, toPath: away)
        let folder = try question.askersFolder("asker")
        let error = try #require(throws: ClusterError.self) { _ = try question.asking(question.job(in: folder)).run() }
        guard case .questionNotAnswered = error else {
            Issue.record("\(error)")
            return
        }
        #expect(error.message.contains("model a"), "\(error.message)")
        #expect(!Folder.exists(folder.interventions))
        try FileManager.default.moveItem(atPath: away, toPath: model)
        _ = try question.asking(question.job(in: folder)).run()
        #expect(try question.files(in: folder) == expected)
        try end(desk)
        worker.stop.raise()
        try #require(eventually { worker.outcome != nil })
    }
}
