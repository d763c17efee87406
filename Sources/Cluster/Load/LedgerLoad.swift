import Scheduling
import Storage
import SystemPackage

/// A scheduler with its ledger, without messages: what a lease costs where there are few tasks, and where there are many.
///
///     var load = try LedgerLoad(tasks: 100_000, workers: 32, ledger: folder.appending("ledger.sqlite"))
///     try load.finish(98_000, commit: 4_096)      // quickly: what was reported so far has its records
///     try load.finish(100, commit: 8)             // for the clock
public struct LedgerLoad {
    private var scheduler: TaskScheduler
    private let ledger: Ledger
    private var now = SchedulerTime.zero
    /// Leases that are computed, the oldest first.
    private var leases: [(lease: Lease, worker: WorkerID)] = []
    private var next = 0
    private var records: [SchedulerRecord] = []
    private static let leasesEach = 2

    /// Workers that have joined and have their first leases.
    ///
    /// - Parameters:
    ///   - tasks: of the plan, each a shard.
    ///   - ledger: the file, which is not there yet.
    /// - Throws: `ClusterError` of the ledger.
    public init(tasks: Int, workers: Int, ledger path: FilePath) throws {
        scheduler = TaskScheduler(shards: Array(0..<tasks), groups: 1, policy: SchedulerPolicy(), epoch: 1)
        ledger = try Ledger(path, plan: Digest(of: [0]), program: "bench")
        for index in 0..<workers {
            let worker = WorkerID("worker\(index)")
            let offer = WorkerOffer(host: "host\(index)", process: 1, memory: 1 << 30, threads: 1, bundles: [[0]])
            take(.workerJoined(worker, offer))
            take(.workerReady(worker, leases: Self.leasesEach))
        }
        try write()
    }

    /// Tasks that are done.
    public var done: Int { scheduler.count(of: .done) }

    /// Has workers report tasks, each of which gives a new lease as long as there are tasks.
    ///
    /// - Parameters:
    ///   - count: how many.
    ///   - reports: how many of them go to the disk together.
    /// - Throws: `ClusterError.ledgerFull`, `.ledgerUnusable`.
    public mutating func finish(_ count: Int, commit reports: Int) throws {
        for number in 0..<count where next < leases.count {
            let (lease, worker) = leases[next]
            next += 1
            for task in lease.tasks { take(.taskDone(worker, lease.id, task, Digest(of: [1]))) }
            if (number + 1) % reports == 0 { try write() }
        }
        try write()
        leases.removeFirst(next)
        next = 0
    }

    private mutating func take(_ event: SchedulerEvent) {
        now = now + 1
        for action in scheduler.handle(event, at: now) {
            switch action {
            case .record(let record): records.append(record)
            case .grant(let lease, let worker): leases.append((lease, worker))
            default: break
            }
        }
    }

    private mutating func write() throws {
        try ledger.append(records, at: now)
        records = []
    }
}
