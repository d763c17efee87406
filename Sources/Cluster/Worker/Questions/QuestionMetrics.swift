/// What a worker knows at one moment while it measures rows for a question, for Prometheus.
struct QuestionMetrics: MetricsSnapshot {
    private let tokens: Int
    private let tokensPerSecond: Double
    private let computing, waiting, answered: Int
    private let isDraining: Bool
    private let memory: Int
    private let tally: WorkerTally
    private let transport: TransportMetrics

    /// What a worker knows now; on its loop's thread.
    init(_ loop: QuestionLoop) {
        tokens = loop.rate.total
        tokensPerSecond = loop.rate.perSecond(at: loop.clock.now)
        computing = loop.batches.count(where: \.isComputing)
        waiting = loop.batches.count(where: \.isWaiting)
        answered = loop.batches.count - computing - waiting
        isDraining = loop.drainingSince != nil
        memory = loop.settings.memory
        tally = loop.tally
        transport = TransportMetrics(sides: [
            TransportMetrics.Side(peer: "coordinator", counters: loop.link.socket.counters.snapshot)
        ])
    }

    var families: [MetricFamily] {
        [
            MetricFamily(counter: "universal_neurons_worker_tokens_computed", "Tokens that were computed.", tokens),
            MetricFamily(
                gauge: "universal_neurons_worker_tokens_per_second", "Tokens computed a second, over the last minute.", tokensPerSecond),
            MetricFamily(
                counter: "universal_neurons_worker_tasks", "Tasks by what came of them; done: the answer was sent.",
                [MetricSample(["result": "done"], tally.done), MetricSample(["result": "failed"], tally.failed)]),
            MetricFamily(
                gauge: "universal_neurons_worker_leases", "Leases that it has, by how far they are.",
                [
                    MetricSample(["state": "waiting"], waiting), MetricSample(["state": "computing"], computing),
                    MetricSample(["state": "reported"], answered),
                ]),
            MetricFamily(gauge: "universal_neurons_worker_busy", "1 while it computes.", computing > 0),
            MetricFamily(gauge: "universal_neurons_worker_draining", "1 once it takes nothing more and is about to leave.", isDraining),
            MetricFamily(gauge: "universal_neurons_worker_memory_offered_bytes", "Memory that it may use.", memory),
        ] + transport.families
    }
}
