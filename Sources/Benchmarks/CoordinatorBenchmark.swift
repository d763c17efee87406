import Cluster
import Foundation

/// What a coordinator costs: a real one, as a process of its own, and many simulated workers over tcp with keys. The residual is the number of
/// tasks that were given or taken twice, as the ledger has it.
struct CoordinatorBenchmark {
    /// What was found.
    struct Result {
        var lines: [BenchmarkLine]
        /// Processor seconds a second at the pace of tasks of a minute.
        var share: Double?
    }

    private let configuration: BenchmarkConfiguration
    private let workers: Int
    /// Seconds that are measured at the pace of tasks of a minute.
    private let seconds: Double
    /// Leases that are measured at full pace.
    private let burst: Int

    /// What the name of the line ends with.
    static let pace = "tasks of a minute"
    private static let minute = 60.0
    /// Seconds until workers that have just come are in their stride.
    private static let settling = 3.0
    /// Leases of a worker: one that it computes and one that waits.
    private static let leasesEach = 2

    init(_ configuration: BenchmarkConfiguration, workers: Int = 1_000, seconds: Double? = nil, burst: Int? = nil) {
        self.configuration = configuration
        self.workers = workers
        self.seconds = seconds ?? configuration.size(quick: 10, full: 30)
        self.burst = burst ?? configuration.size(quick: 2_000, full: 6_000)
    }

    func measure() throws -> Result {
        let names = ["coordinator, \(workers) workers, \(Self.pace)", "coordinator, leases at full pace"]
        guard let program = configuration.program else {
            return Result(lines: names.map { BenchmarkLine.skipped($0, unit: "", because: "no program to start") })
        }
        // What is given out at once, what the measured time takes, twice that to be sure, and the burst.
        let paced = Int(2 * Double(workers) * (seconds + Self.settling) / Self.minute)
        let work = BenchCluster.Work(tasks: Self.leasesEach * workers + paced + burst, rows: 8, context: 512, width: 64)
        let cluster = try BenchCluster(work, program: program, hasKeys: true)
        let load = LeaseLoad(workers: workers, at: cluster.endpoint, security: cluster.security)
        load.start(threads: configuration.team.count)
        defer { load.stop() }
        try cluster.wait(for: "welcome of all workers") { try load.snapshot().welcomed == workers }
        cluster.coordinator.forgetPeak()
        load.takeLeases(groups: cluster.groups, milliseconds: Int(Self.minute * 1_000))
        try cluster.wait(for: "leases for all workers") { try load.snapshot().leases >= Self.leasesEach * workers }
        usleep(UInt32(Self.settling * 1_000_000))

        let steady = try Span(cluster, load) { _ = usleep(UInt32(seconds * 1_000_000)) }
        let memory = cluster.coordinator.memory
        load.takeLeases(groups: cluster.groups, milliseconds: 0)
        let start = try load.snapshot().leases
        let full = try Span(cluster, load) { try cluster.wait(for: "leases") { try load.snapshot().leases >= start + burst } }
        try cluster.coordinator.check()
        let repeated = Double(try Ledger(reading: Ledger.path(in: cluster.run)).repetitions())
        return Result(
            lines: [
                BenchmarkLine(
                    names[0], value: 100 * steady.share, unit: "% of a core", residual: repeated, tolerance: 0,
                    note: "\(steady.rate(steady.heartbeats)) heartbeats/s, \(steady.rate(steady.leases)) leases/s; "
                        + "\(memory.peak >> 20) MiB at most, \(memory.resident >> 20) MiB now"),
                BenchmarkLine(
                    names[1], value: Double(full.leases) / full.seconds, unit: "leases/s", residual: repeated, tolerance: 0,
                    note: "the coordinator takes \(Int((100 * full.share).rounded())) % of a core"),
            ], share: steady.share)
    }

    /// What happened while something was done.
    private struct Span {
        let seconds: Double
        /// The coordinator's processor time as a share of that.
        let share: Double
        let leases: Int, heartbeats: Int

        init(_ cluster: BenchCluster, _ load: LeaseLoad, _ body: () throws -> Void) throws {
            let (before, processor) = (try load.snapshot(), cluster.coordinator.processorSeconds)
            seconds = try PairedTimes.seconds(body)
            share = (cluster.coordinator.processorSeconds - processor) / seconds
            let after = try load.snapshot()
            (leases, heartbeats) = (after.leases - before.leases, after.heartbeats - before.heartbeats)
        }

        func rate(_ count: Int) -> Int { Int((Double(count) / seconds).rounded()) }
    }
}
