import Scheduling

/// What can go wrong in a simulated run, and how often.
struct SimulationSettings {
    var shards = 5
    var groups = 2
    var workers = 3
    var reducers = 2
    /// Probability that a message is lost, comes twice, or is late.
    var loss = 0.0
    var duplication = 0.0
    var lateness = 0.0
    /// Probabilities, each for every 100 ms until the calm begins.
    var workerCrash = 0.0
    var workerPause = 0.0
    var reducerCrash = 0.0
    var coordinatorCrash = 0.0
    var partition = 0.0
    /// Probability that an attempt fails, or that a write does.
    var taskFailure = 0.0
    var diskFailure = 0.0
    /// The first worker computes false integers of this share of tasks.
    var lies = 0.0
    var audit = 0.0
    /// Nothing goes wrong any more after this time, in milliseconds: every run has to end then.
    var calmAfter: Int64 = 6_000

    /// Settings in which everything may go wrong.
    static func random(_ generator: inout SeededGenerator) -> SimulationSettings {
        var settings = SimulationSettings()
        settings.shards = .random(in: 1...6, using: &generator)
        settings.groups = .random(in: 1...3, using: &generator)
        settings.workers = .random(in: 2...4, using: &generator)
        settings.reducers = .random(in: 1...3, using: &generator)
        func maybe(_ most: Double) -> Double { generator.chance(0.5) ? Double.random(in: 0...most, using: &generator) : 0 }
        settings.loss = maybe(0.3)
        settings.duplication = maybe(0.3)
        settings.lateness = maybe(0.3)
        settings.workerCrash = maybe(0.05)
        settings.workerPause = maybe(0.05)
        settings.reducerCrash = maybe(0.05)
        settings.coordinatorCrash = maybe(0.05)
        settings.partition = maybe(0.05)
        settings.taskFailure = maybe(0.2)
        settings.diskFailure = maybe(0.2)
        settings.audit = generator.chance(0.3) ? 1 : 0
        return settings
    }

    /// Patience that suits the simulated times; no limit to attempts, so that every run can end well.
    var policy: SchedulerPolicy {
        var policy = SchedulerPolicy()
        policy.retries = 1_000_000
        policy.deaths = 1_000_000
        policy.leaseTimeout = 1_000
        policy.backoff = 10
        policy.longestBackoff = 200
        policy.audit = audit
        policy.auditPatience = 3_000
        return policy
    }
}
