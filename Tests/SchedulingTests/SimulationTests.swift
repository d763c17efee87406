import Foundation
import Scheduling
import SmallRuns
import Testing

@Suite("Simulated runs")
struct SimulationTests {
    /// More by the environment variable, up to millions.
    private static let histories = ProcessInfo.processInfo.environment["UN_HISTORIES"].flatMap { UInt64($0) } ?? 4_000

    @Test("every history ends, with each shard of each block folded exactly once, whatever is lost, late, doubled, stopped or killed")
    func histories() async {
        await play(Self.histories) { _ in }
    }

    @Test("false numbers of one worker never stay in a block when everything is audited")
    func lies() async {
        await play(Self.histories / 20) { settings in
            settings.workers = 4
            settings.audit = 1
            settings.lies = 0.5
            // Three others have to be able to tell.
            settings.areWorkersSmall = false
        }
    }

    @Test("false numbers stay in no block of a task that was audited, nor in any of a worker that was found out")
    func sampledLies() async {
        await play(Self.histories / 20, change: Self.sampleLies)
    }

    @Test(
        "sections of one task that came from several workers make no honest one distrusted",
        arguments: [UInt64(42), 259, 1_019, 5_553, 13_115, 15_094, 16_023, 25_528])
    func mixtures(seed: UInt64) {
        let found = problems(ofHistory: seed, change: Self.sampleLies)
        #expect(found.isEmpty)
    }

    @Sendable private static func sampleLies(_ settings: inout SimulationSettings) {
        settings.workers = 4
        settings.audit = 0.3
        settings.lies = 0.5
        // Three others have to be able to tell.
        settings.areWorkersSmall = false
    }

    @Test("workers of two families of kernels, whose integers differ, end every history too: the first copy stands, and nobody is wrong")
    func families() async {
        await play(Self.histories / 5, change: Self.mixFamilies)
        var passedOver = 0
        for seed in 0..<(Self.histories / 100) {
            var generator = SeededGenerator(history: seed)
            var settings = SimulationSettings.random(&generator)
            Self.mixFamilies(&settings)
            let cluster = SimulatedCluster(settings: settings, seed: seed)
            #expect(problems(of: cluster).isEmpty, "seed \(seed)")
            passedOver += cluster.reducers.reduce(0) { $0 + $1.passedOver }
        }
        #expect(passedOver > 0)
    }

    @Sendable private static func mixFamilies(_ settings: inout SimulationSettings) {
        settings.areFamiliesMixed = true
        settings.audit = 0
    }

    @Test("and without trouble they compute nothing twice either")
    func calmFamilies() {
        for seed in 0..<200 {
            var settings = SimulationSettings()
            settings.areFamiliesMixed = true
            let cluster = SimulatedCluster(settings: settings, seed: UInt64(seed))
            #expect(problems(of: cluster).isEmpty, "seed \(seed)")
            #expect(cluster.computations - copies(in: cluster) == cluster.settings.shards * cluster.settings.groups, "seed \(seed)")
        }
    }

    @Test("tasks that always fail or always kill are given up, and no others")
    func cursed() {
        for seed in 0..<(Self.histories / 100) {
            var generator = SeededGenerator(history: seed)
            var settings = SimulationSettings()
            settings.groups = 2
            settings.isOneAtATime = true
            settings.retries = 3
            settings.deaths = 2
            settings.coordinatorCrash = 0.02
            settings.failing = [TaskID(shard: .random(in: 0..<5, using: &generator), group: 0)]
            settings.deadly = [TaskID(shard: .random(in: 0..<5, using: &generator), group: 1)]
            let cluster = SimulatedCluster(settings: settings, seed: seed)
            let cursed = settings.failing.union(settings.deadly).sorted()
            #expect(cluster.play() == .incomplete(cursed), "seed \(seed)")
            #expect(cluster.problems.isEmpty, "seed \(seed)")
        }
    }

    @Test("a coordinator that is killed or stopped wastes nothing that its workers do")
    func coordinators() {
        for seed in 0..<(Self.histories / 100) {
            var settings = SimulationSettings()
            settings.coordinatorCrash = 0.05
            settings.coordinatorStop = 0.05
            settings.shards = 12
            let cluster = SimulatedCluster(settings: settings, seed: seed)
            #expect(problems(of: cluster).isEmpty, "seed \(seed)")
            let tasks = cluster.settings.shards * cluster.settings.groups
            // Two for a heartbeat that overtakes the news that a lease is done.
            #expect(cluster.computations - copies(in: cluster) <= tasks + 2, "seed \(seed): \(cluster.computations) of \(tasks)")
        }
    }

    @Test("a coordinator that only notices who lives, before it knows what the reducers hold, wastes nothing that its workers do either")
    func closedCoordinators() {
        for seed in 0..<(Self.histories / 100) {
            var settings = SimulationSettings()
            settings.coordinatorCrash = 0.05
            settings.coordinatorStop = 0.05
            settings.isClosedAtStart = true
            settings.shards = 12
            let cluster = SimulatedCluster(settings: settings, seed: seed)
            #expect(problems(of: cluster).isEmpty, "seed \(seed)")
            let tasks = cluster.settings.shards * cluster.settings.groups
            #expect(cluster.computations - copies(in: cluster) <= tasks + 2, "seed \(seed): \(cluster.computations) of \(tasks)")
        }
    }

    @Test("and that may lose messages, workers and reducers at any time as well, ends its run as any other")
    func closedHistories() async {
        await play(Self.histories / 20) { $0.isClosedAtStart = true }
    }

    @Test("workers that are killed while they send lose their places to others with the same numbers")
    func takeovers() {
        var takeovers = 0
        for seed in 0..<(Self.histories / 100) {
            var settings = SimulationSettings()
            settings.workers = 4
            settings.loss = 0.3
            settings.lateness = 0.3
            settings.workerCrash = 0.2
            // Two workers have each parcel.
            settings.audit = 1
            let cluster = SimulatedCluster(settings: settings, seed: seed)
            #expect(problems(of: cluster).isEmpty, "seed \(seed)")
            takeovers += cluster.takeovers
        }
        #expect(takeovers > 0)
    }

    /// Plays histories on all processors; the first that goes wrong is named by its seed.
    private func play(_ count: UInt64, change: @escaping @Sendable (inout SimulationSettings) -> Void) async {
        let stripes = UInt64(ProcessInfo.processInfo.activeProcessorCount)
        await withTaskGroup(of: String?.self) { group in
            for stripe in 0..<stripes {
                group.addTask {
                    for seed in stride(from: stripe, to: count, by: UInt64.Stride(stripes)) {
                        let problems = problems(ofHistory: seed, change: change)
                        if !problems.isEmpty { return "seed \(seed): \(problems.joined(separator: "; "))" }
                    }
                    return nil
                }
            }
            for await problem in group { if let problem { Issue.record("\(problem)") } }
        }
    }

    private func problems(ofHistory seed: UInt64, change: (inout SimulationSettings) -> Void) -> [String] {
        var generator = SeededGenerator(history: seed)
        var settings = SimulationSettings.random(&generator)
        change(&settings)
        let problems = problems(of: SimulatedCluster(settings: settings, seed: seed))
        return problems.isEmpty ? [] : problems + ["\(settings)"]
    }

    @Test("without trouble nothing is computed twice")
    func calm() {
        for seed in 0..<200 {
            let cluster = SimulatedCluster(settings: SimulationSettings(), seed: UInt64(seed))
            #expect(problems(of: cluster).isEmpty)
            #expect(cluster.computations - copies(in: cluster) == cluster.settings.shards * cluster.settings.groups)
        }
    }

    /// Tasks of speculative leases: copies on purpose.
    private func copies(in cluster: SimulatedCluster) -> Int {
        cluster.records.reduce(0) { sum, entry in
            if case .leaseGranted(let lease, _) = entry.0, lease.purpose == .speculation { return sum + lease.groups.count }
            return sum
        }
    }

    /// Plays a history and names what is wrong with its end.
    private func problems(of cluster: SimulatedCluster) -> [String] {
        guard cluster.play() == .complete else {
            let waiting = cluster.scheduler.taskIDs.compactMap { cluster.scheduler.explanation(of: $0, at: cluster.time) }
            return cluster.problems + ["it did not end: \(waiting.filter { $0.phase != .done })"]
        }
        var problems = cluster.problems
        let accused = cluster.scheduler.distrusted.subtracting(cluster.liars)
        if !accused.isEmpty { problems.append("honest workers are not trusted: \(accused.sorted())") }
        let isDoubted = cluster.records.contains { record, _ in
            switch record {
            case .auditDisagreed, .taskContradicted, .workerDistrusted: true
            default: false
            }
        }
        if cluster.settings.areFamiliesMixed, isDoubted { problems.append("integers were compared") }
        for task in cluster.scheduler.taskIDs {
            for (index, reducer) in cluster.reducers.enumerated() {
                for section in SimulatedWorker.sections(of: task, reducer: index, digest: SimulatedWorker.digest(of: task)) {
                    let held = reducer.disk.folded[section.key]?[task.shard]
                    // Without a second computation nobody can tell.
                    let isUnchecked =
                        cluster.scheduler.state(of: task)?.isAudited == false
                        && held.map { !cluster.scheduler.distrusted.contains($0.worker) } == true
                    if held?.checksum != section.checksum, held == nil || !isUnchecked {
                        problems.append("reducer \(index) holds \(String(describing: held)) of \(task)")
                    }
                    if reducer.disk.folds[section.key]?[task.shard] != 1 { problems.append("\(task) was not folded once") }
                }
            }
        }
        if !cluster.scheduler.leases.isEmpty, cluster.scheduler.leases.values.contains(where: { !$0.open.isEmpty }) {
            problems.append("leases are left: \(cluster.scheduler.leases.values.map(\.lease))")
        }
        return problems + differences(from: cluster)
    }

    /// A scheduler that is restored from the ledger is the one that was lost.
    private func differences(from cluster: SimulatedCluster) -> [String] {
        let live = cluster.scheduler
        var restored = TaskScheduler(
            shards: Array(0..<cluster.shards), groups: cluster.settings.groups, policy: live.policy, epoch: live.epoch)
        for (record, time) in cluster.records { restored.apply(record, at: time) }
        var differences: [String] = []
        if restored.leases != live.leases { differences.append("restored leases differ") }
        if restored.distrusted != live.distrusted { differences.append("restored distrust differs") }
        if restored.verdicts != live.verdicts { differences.append("restored verdicts differ") }
        if restored.outcome != live.outcome { differences.append("restored outcome differs") }
        for task in live.taskIDs where restored.state(of: task) != live.state(of: task) { differences.append("restored \(task) differs") }
        if Set(restored.workers.keys) != Set(live.workers.keys) { differences.append("restored workers differ") }
        return differences
    }
}
