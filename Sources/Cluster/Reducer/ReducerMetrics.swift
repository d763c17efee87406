import SystemPackage

/// What a reducer knows at one moment, for Prometheus.
struct ReducerMetrics: MetricsSnapshot {
    /// What the machine holds, once there is an assignment.
    private struct Holdings: Sendable {
        let index, groups: Int
        let stagedParcels, stagedBytes, bytesInFlight, offersWaiting, parcelsFolding, folded: Int
        let isPaused: Bool
    }

    private let holdings: Holdings?
    private let counters: ReducerCounters.Snapshot
    private let dropped: [String: Int]
    private let store: FilePath
    private let transport: TransportMetrics

    /// What a reducer knows now; on its loop's thread.
    init(_ loop: ReducerLoop) {
        holdings = loop.session.map { session in
            let machine = session.machine
            return Holdings(
                index: session.identity.index, groups: session.rules.groups.count, stagedParcels: machine.staged.count,
                stagedBytes: machine.stagedBytes, bytesInFlight: machine.bytesInFlight, offersWaiting: machine.offersWaiting,
                parcelsFolding: machine.parcelsFolding, folded: machine.folded.values.reduce(0) { $0 + $1.count },
                isPaused: machine.pausedBecause != nil)
        }
        counters = loop.counters.snapshot
        dropped = loop.refusals.counts
        store = loop.settings.store
        transport = TransportMetrics(
            sides: [
                TransportMetrics.Side(peer: "coordinator", counters: loop.coordinator.counters.snapshot),
                TransportMetrics.Side(peer: "workers", counters: loop.workers.counters.snapshot),
            ], door: TransportMetrics.Door(loop.settings.listenSecurity))
    }

    var families: [MetricFamily] { holdingFamilies + countedFamilies + transport.families }

    private var holdingFamilies: [MetricFamily] {
        var families: [MetricFamily] = []
        if let free = FreeSpace.bytes(at: store) {
            families.append(
                MetricFamily(gauge: "universal_neurons_reducer_store_free_bytes", "Room on the disk of its store.", free))
        }
        guard let holdings else { return families }
        return families + [
            MetricFamily(
                gauge: "universal_neurons_reducer_info", "Which of the plan's reducers it is.",
                [MetricSample(["index": "\(holdings.index)"], 1)]),
            MetricFamily(gauge: "universal_neurons_reducer_column_groups", "Column groups that it owns.", holdings.groups),
            MetricFamily(
                gauge: "universal_neurons_reducer_staged_parcels", "Parcels that are on its disk and not folded.", holdings.stagedParcels),
            MetricFamily(gauge: "universal_neurons_reducer_staged_bytes", "Bytes of these parcels.", holdings.stagedBytes),
            MetricFamily(
                gauge: "universal_neurons_reducer_in_flight_bytes", "Bytes of parcels that were invited and are not on its disk yet.",
                holdings.bytesInFlight),
            MetricFamily(gauge: "universal_neurons_reducer_offers_waiting", "Offers that wait for room.", holdings.offersWaiting),
            MetricFamily(gauge: "universal_neurons_reducer_folding_parcels", "Parcels that are being folded.", holdings.parcelsFolding),
            MetricFamily(
                gauge: "universal_neurons_reducer_folded_shards", "Shards in its store, counted in each section that has them.",
                holdings.folded),
            MetricFamily(
                gauge: "universal_neurons_reducer_paused", "1 while it takes nothing because its disk refuses; `status` says why.",
                holdings.isPaused),
        ]
    }

    private var countedFamilies: [MetricFamily] {
        [
            MetricFamily(
                counter: "universal_neurons_reducer_received_bytes", "Bytes of parcels that have arrived.", counters.receivedBytes),
            MetricFamily(counter: "universal_neurons_reducer_parcels_staged", "Parcels that were brought to its disk.", counters.staged),
            MetricFamily(counter: "universal_neurons_reducer_parcels_staged_bytes", "Bytes of these parcels.", counters.stagedBytes),
            MetricFamily(counter: "universal_neurons_reducer_parcels_folded", "Parcels that were folded.", counters.folded),
            MetricFamily(counter: "universal_neurons_reducer_folds", "Folds that were completed, of some parcels each.", counters.folds),
            MetricFamily(
                counter: "universal_neurons_reducer_fold_seconds", "Seconds that they took.", Double(counters.foldMilliseconds) / 1_000),
            MetricFamily(
                counter: "universal_neurons_reducer_parcels_broken", "Parcels whose bytes were not what was offered.", counters.broken),
            MetricFamily(
                counter: "universal_neurons_reducer_copies_passed_over",
                "Late copies with other integers, of a run with `kernels: any`; one that is offered again counts again.",
                counters.passedOver),
            MetricFamily(
                counter: "universal_neurons_reducer_dropped", "What peers sent and was dropped, by reason.",
                MetricSample.counts(dropped, by: "reason")),
            MetricFamily(
                counter: "universal_neurons_reducer_disagreements", "Reports that two workers' integers differ.", counters.disagreements),
            MetricFamily(counter: "universal_neurons_reducer_disk_failures", "Times that the disk refused.", counters.diskFailures),
        ]
    }
}
