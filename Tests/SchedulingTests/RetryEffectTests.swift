import Scheduling
import Storage
import Testing

@Suite("What a retry does")
struct RetryEffectTests {
    private let offer = WorkerOffer(host: "h", process: 1, memory: 1 << 30, threads: 2, bundles: [[0]])
    private let worker = WorkerID("w")

    private func at(_ milliseconds: Int64) -> SchedulerTime { SchedulerTime(milliseconds: milliseconds) }

    private func task(_ shard: Int) -> TaskID { TaskID(shard: shard, group: 0) }

    /// A scheduler whose task 0 has failed, 1 is done, 2 to 4 run and 5 waits: the worker takes another for each that ends.
    private func scheduler() throws -> TaskScheduler {
        var policy = SchedulerPolicy()
        policy.retries = 1
        var scheduler = TaskScheduler(shards: [0, 1, 2, 3, 4, 5], groups: 1, policy: policy, epoch: 1)
        _ = scheduler.handle(.workerJoined(worker, offer), at: .zero)
        let leases = scheduler.handle(.workerReady(worker, leases: 3), at: .zero).compactMap { action -> Lease? in
            if case .grant(let lease, _) = action { lease } else { nil }
        }
        try #require(leases.map(\.shard) == [0, 1, 2])
        let failure = TaskFailure(kind: .error, worker: worker, host: "h", reason: "no luck")
        _ = scheduler.handle(.taskDone(worker, leases[1].id, task(1), Digest(of: [1])), at: at(1))
        _ = scheduler.handle(.taskFailed(leases[0].id, task(0), failure), at: at(1))
        try #require(
            (0..<6).map { scheduler.state(of: task($0))?.phase } == [.failed, .done, .running, .running, .running, .waiting])
        return scheduler
    }

    @Test("is told for each task that was named: the failed ones wait again, of each other one it is said where it stands")
    func named() throws {
        let scheduler = try scheduler()
        let effect = scheduler.effect(ofRetrying: [task(0), task(1), task(2), task(5), task(1), task(9)])
        #expect(effect.tasks == 1 && effect.unchanged.map(\.task) == ["1.0", "2.0", "5.0"])
        #expect(effect.text == "1 task waits again\n1.0 is done\n2.0 runs\n5.0 waits already\n")
        let ledger = scheduler.effect(ofRetrying: [task(2)], isCoordinated: false)
        #expect(ledger.text == "0 tasks wait again\n2.0 was running, and the next coordinator goes on with it\n")
    }

    @Test("is told with the command that goes on, where no coordinator does and something waits again")
    func resumed() throws {
        let scheduler = try scheduler()
        func text(_ chosen: [TaskID]?, isCoordinated: Bool) -> String {
            scheduler.effect(ofRetrying: chosen, isCoordinated: isCoordinated).text(ofRun: "runs/x")
        }
        #expect(text(nil, isCoordinated: false) == "1 task waits again\n`universal-neurons resume runs/x` goes on with it\n")
        #expect(text(nil, isCoordinated: true) == "1 task waits again\n")
        #expect(text([task(1)], isCoordinated: false) == "0 tasks wait again\n1.0 is done\n")
        #expect(RetryEffect(tasks: 2, isCoordinated: false).text(ofRun: "x").hasSuffix("`universal-neurons resume x` goes on with them\n"))
    }

    @Test("is told of all that failed, and where none has, how all stand")
    func all() throws {
        var scheduler = try scheduler()
        #expect(scheduler.effect(ofRetrying: nil).text == "1 task waits again\n")
        _ = scheduler.handle(.retry(nil), at: at(2))
        let again = scheduler.effect(ofRetrying: nil)
        #expect(again.tasks == 0 && again.phases["failed"] == 0)
        #expect(again.text.hasPrefix("0 tasks wait again\nno task has failed: ") && again.text.contains("1 done"), "\(again.text)")
    }

    @Test("names a dozen tasks at most")
    func many() {
        let scheduler = TaskScheduler(shards: Array(0..<20), groups: 1, policy: SchedulerPolicy(), epoch: 1)
        let text = scheduler.effect(ofRetrying: (0..<20).map(task)).text
        #expect(text.split(separator: "\n").count == 14 && text.hasSuffix("11.0 waits already\nand 8 more that have not failed\n"))
    }
}
