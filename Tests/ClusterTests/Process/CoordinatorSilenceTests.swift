import Scheduling
import SmallRuns
import Testing

@testable import Cluster

@Suite("A coordinator that does not answer")
struct CoordinatorSilenceTests {
    private let endpoint: Endpoint

    init() throws { endpoint = try Endpoint("tcp://head:7400") }

    private func at(_ seconds: Double) -> SchedulerTime { SchedulerTime(milliseconds: Int64(seconds * 1_000)) }

    /// What is told, with the second in which it is, while somebody looks ten times a second.
    private func told(_ silence: inout CoordinatorSilence, from start: Int, to end: Int) -> [String] {
        (start * 10..<end * 10).compactMap { tenth in
            silence.lasts(at: at(Double(tenth) / 10)).map { "\(tenth / 10): \($0)" }
        }
    }

    @Test("is told of after five seconds, after thirty, and then every five minutes")
    func rare() {
        var silence = CoordinatorSilence(of: endpoint)
        #expect(
            told(&silence, from: 0, to: 1_000) == [
                "5: no answer from tcp://head:7400 yet; trying on",
                "30: no answer from tcp://head:7400 for 30 s; trying on",
                "300: no answer from tcp://head:7400 for 5 min; trying on",
                "600: no answer from tcp://head:7400 for 10 min; trying on",
                "900: no answer from tcp://head:7400 for 15 min; trying on",
            ])
        #expect(silence.ends(at: at(1_000)) == "tcp://head:7400 answers after 16 min")
        #expect(silence.ends(at: at(1_001)) == nil)
    }

    @Test("and answers in time is not told of; one that is gone later is told of again")
    func again() {
        var silence = CoordinatorSilence(of: endpoint)
        for second in 0..<100 {
            #expect(told(&silence, from: 4 * second, to: 4 * second + 4) == [])
            #expect(silence.ends(at: at(Double(4 * second + 4))) == nil)
        }
        #expect(told(&silence, from: 500, to: 520) == ["505: no answer from tcp://head:7400 for 5 s; trying on"])
        #expect(silence.ends(at: at(520)) == "tcp://head:7400 answers after 20 s")
        #expect(silence.lasts(since: at(600), at: at(700)) == "no answer from tcp://head:7400 for 100 s; trying on")
        #expect(silence.lasts(at: at(701)) == nil)
    }

    @Test("is told of by workers and by reducers")
    func processes() throws {
        let folder = try TemporaryFolder()
        let nobody = try Endpoint(ipc: folder.file("nobody"))
        let (worker, reducer) = (RecordedLog(), RecordedLog())
        var settings = WorkerSettings(coordinator: nobody, memory: 1 << 30, threads: 1, security: .privateFolder)
        settings.scratch = folder.file("scratch")
        let working = WorkerRun(settings, logger: worker.logger)
        let reducing = try RunningReducer(
            ReducerSettings(
                coordinator: nobody, listen: try Endpoint(ipc: folder.file("r")), store: folder.file("store"),
                coordinatorSecurity: .privateFolder, listenSecurity: .privateFolder),
            logger: reducer.logger)
        let line = "notice: no answer from \(nobody) yet; trying on"
        #expect(eventually { worker.contains(line) && reducer.contains(line) })
        working.stop.raise()
        #expect(eventually { working.outcome != nil })
        try reducing.stopped()
        withExtendedLifetime(folder) {}
    }
}
