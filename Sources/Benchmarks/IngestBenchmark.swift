import Cluster
import Foundation
import Glibc
import Logging
import Pipeline

/// What a reducer takes, up to its acknowledgement, against writing and syncing the same bytes; then what its senders hold in memory while
/// it is stopped in the middle. Parcels are those of a real plan, computed beforehand. The residual is the number of parcels that do not lie in
/// the store as they were sent, byte by byte.
struct IngestBenchmark {
    private let configuration: BenchmarkConfiguration
    /// Of the models; there are 4 times as many neurons, and the parcels have 8 times its square in entries of 1 to 4 bytes.
    private let width: Int
    private let rounds: Int
    /// Seconds for which the reducer is stopped.
    private let pause: Double

    /// What the name of the line begins with.
    static let ingest = "reducer's ingest"
    private static let senders = 2
    /// Parcels a round: two of each sender, so that one is checked and synced while the other comes.
    private static let parcels = 4

    init(_ configuration: BenchmarkConfiguration, width: Int = 768, rounds: Int? = nil, pause: Double = 5) {
        self.configuration = configuration
        self.width = width
        self.rounds = rounds ?? configuration.size(quick: 2, full: 4)
        self.pause = pause
    }

    func lines() throws -> [BenchmarkLine] {
        let names = ["\(Self.ingest), \(Self.senders) workers", "memory of its workers while it is stopped"]
        guard let program = configuration.program else {
            return names.map { BenchmarkLine.skipped($0, unit: "", because: "no program to start") }
        }
        // One round warms up, one is stopped in the middle. All of them are fewer bytes than start a fold.
        let count = (rounds + 2) * Self.parcels
        let work = BenchCluster.Work(tasks: count, rows: 8, context: 64, width: width)
        let cluster = try BenchCluster(work, program: program, hasKeys: false)
        let load = try ParcelLoad(
            senders: Self.senders, at: cluster.endpoint, security: cluster.security, scratch: cluster.folder.path,
            threads: configuration.team.count, logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
        try load.compute(parcels: count, stop: StopRequest())

        let bytes = Double(load.bytes(ofFirst: Self.parcels))
        let times = try PairedTimes.measure(rounds: rounds) {
            try load.send(Self.parcels) { _ in try cluster.reducer.check() }
        } theirs: {
            try load.write(Self.parcels, to: cluster.folder.path.appending("written"))
        }
        // Behind the last parcels the reducer would fold.
        let missing = Double(try load.missing(in: cluster.folder.path.appending("store").appending("staging")))
        let held = try Stop(cluster, load, parcels: Self.parcels, pause: pause)
        return [
            BenchmarkLine(
                names[0], value: bytes / times.seconds / 1e6, unit: "MB/s",
                against: .limit("writing and syncing alone", bytes / times.theirSeconds / 1e6), ratio: times.ratio,
                residual: missing, tolerance: 0,
                note: "written and synced alone \(Int((bytes / times.theirSeconds / 1e6).rounded())) MB/s; parcels of "
                    + "\(Int(bytes / Double(Self.parcels) / 1e6)) MB"),
            BenchmarkLine(
                names[1], value: Double(held.growth) / 1e6, unit: "MB", against: .peer("what waits", Double(held.unsent) / 1e6),
                note: "\(Int(Double(held.unsent) / 1e6)) MB wait; the coordinator grows by \(Int(Double(held.coordinator) / 1e6)) MB"),
        ]
    }

    /// A reducer that is stopped while parcels come, and goes on later; all of them arrive.
    private struct Stop {
        /// The share of the bytes, its inverse, that are on their way when the reducer is stopped: some, and not many.
        private static let beginning = 20

        /// Bytes by which the memory of this process, which has all senders, and of the coordinator grew.
        private(set) var growth = 0, coordinator = 0
        /// Bytes that were to be brought.
        let unsent: Int

        init(_ cluster: BenchCluster, _ load: ParcelLoad, parcels: Int, pause: Double) throws {
            let unsent = load.bytes(ofFirst: parcels)
            self.unsent = unsent
            let before = (own: ProcessMemory.current.resident, coordinator: cluster.coordinator.memory.resident)
            var (largest, largestCoordinator) = (before.own, before.coordinator)
            var begun: ContinuousClock.Instant?
            var isOver = false
            defer { cluster.reducer.signal(SIGCONT) }
            _ = try load.send(parcels) { sent in
                try cluster.coordinator.check()
                try cluster.reducer.check()
                let now = ContinuousClock.now
                if begun == nil, sent > unsent / Self.beginning { begun = now }
                if let begun, !isOver {
                    cluster.reducer.signal(SIGSTOP)
                    largest = max(largest, ProcessMemory.current.resident)
                    largestCoordinator = max(largestCoordinator, cluster.coordinator.memory.resident)
                    if (now - begun) / .seconds(1) >= pause {
                        isOver = true
                        cluster.reducer.signal(SIGCONT)
                    }
                }
            }
            (growth, coordinator) = (largest - before.own, largestCoordinator - before.coordinator)
        }
    }
}
