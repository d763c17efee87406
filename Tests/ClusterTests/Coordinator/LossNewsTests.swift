import Scheduling
import Testing

@testable import Cluster

@Suite("News of losses")
struct LossNewsTests {
    private static let lease = LeaseID(epoch: 1, number: 7)

    private static func failed(_ shard: Int, _ group: Int, on worker: String, _ reason: String) -> SchedulerRecord {
        .attemptFailed(
            task: TaskID(shard: shard, group: group), lease: lease,
            failure: TaskFailure(kind: .death, worker: WorkerID(worker), host: "node1", reason: reason))
    }

    @Test("is one line for a worker that dies, whatever it had")
    func death() {
        let lost = SchedulerRecord.workerLost(worker: WorkerID("w0"), reason: "signal 9")
        let several = LossNews(
            [lost] + (0..<4).map { Self.failed(3, $0, on: "w0", "signal 9") } + [.leaseEnded(lease: Self.lease, end: .lost)])
        #expect(several.lines == ["worker w0 (node1) is lost with 4 tasks (3.0, 3.1, 3.2, 3.3): signal 9"])
        #expect(several.workers == [WorkerID("w0")])
        #expect(LossNews([lost, Self.failed(3, 1, on: "w0", "signal 9")]).lines == ["worker w0 (node1) is lost with task 3.1: signal 9"])
        #expect(LossNews([lost]).lines == ["worker w0 is lost: signal 9"])
        let many = LossNews([lost] + (0..<40).map { Self.failed(0, $0, on: "w0", "signal 9") })
        #expect(many.lines.count == 1 && many.lines[0].contains("40 tasks (0.0, ") && many.lines[0].contains("0.11, …)"))
    }

    @Test("does not alarm anybody about a worker of an earlier coordinator that had nothing to do")
    func awaited() {
        let lost = SchedulerRecord.workerLost(worker: WorkerID("w0"), reason: "silent")
        let news = LossNews([lost]) { $0 == WorkerID("w0") }
        #expect(news.lines.isEmpty && news.harmlessLines.count == 1 && news.workers == [WorkerID("w0")])
        let withTask = LossNews([lost, Self.failed(3, 1, on: "w0", "silent")]) { _ in true }
        #expect(withTask.lines == ["worker w0 (node1) is lost with task 3.1: silent"] && withTask.harmlessLines.isEmpty)
    }

    @Test("keeps workers and reasons apart, in their order")
    func several() {
        let news = LossNews([
            Self.failed(1, 0, on: "w1", "disk full"), .workerLost(worker: WorkerID("w0"), reason: "silent"),
            Self.failed(2, 0, on: "w1", "bad model"), Self.failed(1, 1, on: "w1", "disk full"),
        ])
        #expect(
            news.lines == [
                "2 tasks (1.0, 1.1) came to nothing on w1 (node1): disk full", "worker w0 is lost: silent",
                "task 2.0 came to nothing on w1 (node1): bad model",
            ])
        #expect(news.workers == [WorkerID("w0")])
        #expect(LossNews([.workerLeft(worker: WorkerID("w")), .resumed]).lines.isEmpty)
    }
}
