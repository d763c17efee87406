import Kernels
import Pipeline
import Scheduling
import SmallRuns
import Statistics
import Testing

@testable import Cluster
@testable import Pipeline

@Suite("What a reducer reports of workers that differ")
struct ReportedDisagreementTests {
    @Test("reaches the log in one line, whatever it says that their names are")
    func names() throws {
        let folder = try TemporaryFolder()
        let tiny = try TinyPlan(in: folder)
        let context = try MessageContext()
        let log = RecordedLog()
        let settings = CoordinatorSettings(endpoint: try Endpoint(ipc: folder.file("c")), security: .privateFolder, messages: context)
        let job = JobContext(team: ThreadTeam(count: 1), logger: log.logger)
        let coordinator = try Coordinator(tiny.run, settings: settings, epoch: 1, in: context, context: job)
        let reducer = try coordinator.peer("reducer")
        try reducer.give(
            .reducerHello,
            ReducerHello(
                name: "reducer", host: "h", process: 1, program: "", endpoint: try Endpoint(ipc: folder.file("r")), folder: "/store",
                store: nil))
        let workers = ["a\nerror: all is lost\u{1B}[2J", "b\r"].map { WorkerID($0) }
        let section = SectionKey(kind: .block, index: 0, stratum: 0)
        try reducer.give(.disagreement, ShardDisagreement(section: section, shard: 3, workers: workers))
        #expect(try coordinator.works { log.contains("computed different integers of shard 3") })
        #expect(log.contains("workers a?error: all is lost?[2J and b? computed different integers of shard 3"), "\(log.lines)")
        #expect(log.lines.allSatisfy { $0.unicodeScalars.allSatisfy { $0.value >= 0x20 } }, "\(log.lines)")
        withExtendedLifetime(reducer) {}
    }
}
