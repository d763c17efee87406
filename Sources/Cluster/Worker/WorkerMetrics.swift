/// What a worker knows at one moment, for Prometheus.
struct WorkerMetrics: MetricsSnapshot {
    /// Where a lease is on its way.
    private enum Stage: String, CaseIterable { case waiting, computing, compressing, sending, reported }

    private let tokens: Int
    private let tokensPerSecond: Double
    private let leases: [Stage: Int]
    private let isBusy, isHeldBack, isDraining: Bool
    private let memory: Int
    private let parcelsWaiting, bytesWaiting: Int
    private let tally: WorkerTally
    private let transport: TransportMetrics

    /// What a worker knows now; on its loop's thread.
    init(_ loop: WorkerLoop) {
        tokens = loop.rate.total
        tokensPerSecond = loop.rate.perSecond(at: loop.clock.now)
        isBusy = loop.busyWith != nil
        isHeldBack = loop.isHeldBack
        isDraining = loop.drainingSince != nil
        leases = Dictionary(
            loop.leases.map { lease -> (Stage, Int) in
                if lease.isWaiting { return (.waiting, 1) }
                if lease.lease.id == loop.computing { return (.computing, 1) }
                if lease.lease.id == loop.encoding?.lease { return (.compressing, 1) }
                return (lease.isSettled ? .reported : .sending, 1)
            }, uniquingKeysWith: +)
        memory = loop.settings.memory
        parcelsWaiting = loop.outgoing.values.reduce(0) { $0 + $1.parts.count }
        bytesWaiting = loop.bytesWaiting
        tally = loop.tally
        transport = TransportMetrics(sides: [
            TransportMetrics.Side(peer: "coordinator", counters: loop.link.socket.counters.snapshot),
            TransportMetrics.Side(peer: "reducers", counters: loop.reducerTransport.snapshot),
        ])
    }

    var families: [MetricFamily] { workFamilies + parcelFamilies + transport.families }

    private var workFamilies: [MetricFamily] {
        [
            MetricFamily(counter: "universal_neurons_worker_tokens_computed", "Counted tokens that were computed.", tokens),
            MetricFamily(
                gauge: "universal_neurons_worker_tokens_per_second", "Counted tokens computed a second, over the last minute.",
                tokensPerSecond),
            MetricFamily(
                counter: "universal_neurons_worker_tasks", "Tasks by what came of them; done: every reducer has it.",
                [MetricSample(["result": "done"], tally.done), MetricSample(["result": "failed"], tally.failed)]),
            MetricFamily(
                gauge: "universal_neurons_worker_leases", "Leases that it has, by how far they are.",
                MetricSample.counts(leases, by: "state")),
            MetricFamily(gauge: "universal_neurons_worker_busy", "1 while it computes.", isBusy),
            MetricFamily(
                gauge: "universal_neurons_worker_held_back", "1 while it computes nothing more: reducers do not keep up.", isHeldBack),
            MetricFamily(gauge: "universal_neurons_worker_draining", "1 once it takes nothing more and is about to leave.", isDraining),
            MetricFamily(gauge: "universal_neurons_worker_memory_offered_bytes", "Memory that it may use.", memory),
        ]
    }

    private var parcelFamilies: [MetricFamily] {
        [
            MetricFamily(
                gauge: "universal_neurons_worker_parcels_waiting", "Parcels of numbers that reducers have not acknowledged yet.",
                parcelsWaiting),
            MetricFamily(gauge: "universal_neurons_worker_parcels_waiting_bytes", "Bytes of these parcels.", bytesWaiting),
            MetricFamily(
                counter: "universal_neurons_worker_parcels_sent", "Parcels sent to their last byte, also those sent again.", tally.sent),
            MetricFamily(counter: "universal_neurons_worker_parcels_acknowledged", "Parcels that reducers have.", tally.acknowledged),
            MetricFamily(
                counter: "universal_neurons_worker_parcels_acknowledged_bytes", "Bytes of these parcels.", tally.acknowledgedBytes),
            MetricFamily(counter: "universal_neurons_worker_parcels_refused", "Parcels that reducers found wrong.", tally.refused),
        ]
    }
}
