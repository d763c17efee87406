import Scheduling
import SmallRuns

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
    var coordinatorStop = 0.0
    /// Whether a coordinator that starts again gives nothing before it knows what the reducers hold, and only notices who lives.
    var isClosedAtStart = false
    var drain = 0.0
    var cancel = 0.0
    var retry = 0.0
    /// Probability that a coordinator that starts again has lost its ledger, and that it finds more shards in the plan.
    var ledgerLoss = 0.0
    var growth = 0.0
    /// Probability that a worker gives a lease back, and that a staged file cannot be read.
    var leaseReturn = 0.0
    var damage = 0.0
    /// All workers but two hold only some block groups.
    var areWorkersSmall = false
    /// Every worker takes one block group at a time.
    var isOneAtATime = false
    /// Tasks that fail on every worker, and tasks that kill it.
    var failing: Set<TaskID> = []
    var deadly: Set<TaskID> = []
    /// Attempts and lost workers that a task may have.
    var retries = 1_000_000
    var deaths = 1_000_000
    /// Probability that an attempt fails, or that a write does.
    var taskFailure = 0.0
    var diskFailure = 0.0
    /// The first worker computes false integers of this share of tasks.
    var lies = 0.0
    var audit = 0.0
    /// Workers are of two families of kernels, by turns, each with integers of its own: none are compared.
    var areFamiliesMixed = false
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
        settings.coordinatorStop = maybe(0.03)
        settings.drain = maybe(0.03)
        settings.cancel = generator.chance(0.2) ? 0.02 : 0
        settings.retry = maybe(0.02)
        settings.ledgerLoss = maybe(0.3)
        settings.growth = maybe(0.3)
        settings.leaseReturn = maybe(0.1)
        settings.damage = maybe(0.1)
        settings.areWorkersSmall = generator.chance(0.3)
        return settings
    }

    /// Patience that suits the simulated times; no limit to attempts, so that every run can end well.
    var policy: SchedulerPolicy {
        var policy = SchedulerPolicy()
        policy.retries = retries
        policy.deaths = deaths
        policy.leaseTimeout = 1_000
        policy.backoff = 10
        policy.longestBackoff = 200
        policy.audit = audit
        policy.comparesIntegers = !areFamiliesMixed
        policy.auditSalt = "salt"
        policy.forgetsAfter = 3
        policy.auditPatience = 3_000
        return policy
    }
}
