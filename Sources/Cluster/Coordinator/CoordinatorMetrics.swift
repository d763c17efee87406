import Scheduling

/// What a coordinator knows at one moment, for Prometheus.
struct CoordinatorMetrics: MetricsSnapshot {
    /// What a worker may be doing, as `status` calls it.
    private static let activities = ["opening", "idle", "computing", "sending", "resting", "draining", "lost"]
    /// How a run may stand.
    private static let states = ["running", "complete", "incomplete", "cancelled"]

    private let run: String
    private let plan: String
    private let state: String
    private let tokens, tokensDone: Int
    private let tokensPerSecond: Double?
    private let secondsLeft: Int?
    private let tasks: [TaskState.Phase: Int]
    private let workers: [String: Int]
    private let reducersTaking, reducersPaused, reducersMissing: Int
    private let leases: [Lease.Purpose: Int]
    private let disagreements: Int
    private let tally: CoordinatorTally
    private let transport: TransportMetrics

    /// What a coordinator knows now; on its own thread.
    init(_ coordinator: Coordinator) {
        let now = coordinator.now
        let scheduler = coordinator.scheduler
        run = coordinator.run.plan.configuration.name
        plan = coordinator.run.plan.identity.hex
        state = coordinator.standing?.name ?? "running"
        (tokens, tokensDone) = (coordinator.progress.total, coordinator.progress.tokens)
        tokensPerSecond = coordinator.progress.tokensPerSecond(at: now)
        secondsLeft = coordinator.progress.secondsLeft(at: now)
        tasks = Dictionary(uniqueKeysWithValues: TaskState.Phase.allCases.map { ($0, scheduler.count(of: $0)) })
        workers = Dictionary(coordinator.workers.keys.map { (coordinator.activity(of: $0, at: now), 1) }, uniquingKeysWith: +)
        let silent = coordinator.watch.silences(at: now)
        let here = coordinator.reducers.contacts.filter { silent[$0.key] == nil }
        reducersPaused = here.values.count(where: { $0.heartbeat?.pausedBecause != nil })
        reducersTaking = here.count - reducersPaused
        reducersMissing = coordinator.reducers.indices.count - here.count
        leases = Dictionary(scheduler.leases.values.map { ($0.lease.purpose, 1) }, uniquingKeysWith: +)
        disagreements = coordinator.disagreements
        tally = coordinator.tally
        transport = TransportMetrics(
            sides: [TransportMetrics.Side(peer: "members", counters: coordinator.socket.counters.snapshot)],
            door: TransportMetrics.Door(coordinator.settings.security))
    }

    var families: [MetricFamily] { runFamilies + workFamilies + memberFamilies + costFamilies + transport.families }

    private var runFamilies: [MetricFamily] {
        var families = [
            MetricFamily(
                gauge: "universal_neurons_run_info", "The run's name and its plan's identity.",
                [MetricSample(["run": run, "plan": plan], 1)]),
            MetricFamily(
                gauge: "universal_neurons_run_state", "How the run stands: 1 for what it is.",
                Self.states.map { MetricSample(["state": $0], $0 == state ? 1 : 0) }),
            MetricFamily(gauge: "universal_neurons_tasks", "Tasks by state.", MetricSample.counts(tasks, by: "state")),
            MetricFamily(gauge: "universal_neurons_tokens_planned", "Raw tokens of the budget.", tokens),
            MetricFamily(gauge: "universal_neurons_tokens_done", "Raw tokens of the budget that are done.", tokensDone),
            MetricFamily(
                gauge: "universal_neurons_tokens_per_second",
                "Raw tokens of the budget done a second, over the last two minutes in which the run did not stand still.",
                tokensPerSecond ?? 0),
        ]
        if let secondsLeft {
            families.append(
                MetricFamily(
                    gauge: "universal_neurons_remaining_seconds",
                    "Seconds until the budget is done, at that speed; absent while the run waits for something.", secondsLeft))
        }
        return families
    }

    private var workFamilies: [MetricFamily] {
        [
            MetricFamily(
                gauge: "universal_neurons_leases", "Leases that workers have; speculation: copies of what takes another too long.",
                MetricSample.counts(leases, by: "purpose")),
            MetricFamily(
                counter: "universal_neurons_leases_granted", "Leases given.", MetricSample.counts(tally.leasesGranted, by: "purpose")),
            MetricFamily(
                counter: "universal_neurons_leases_ended", "Leases by how they ended.", MetricSample.counts(tally.leasesEnded, by: "end")),
            MetricFamily(counter: "universal_neurons_tasks_completed", "Times that a task became done.", tally.tasksDone),
            MetricFamily(counter: "universal_neurons_tasks_reopened", "Times that a task has to be computed again.", tally.tasksReopened),
            MetricFamily(counter: "universal_neurons_tasks_given_up", "Times that a task was given up.", tally.tasksGivenUp),
            MetricFamily(
                counter: "universal_neurons_attempts_failed", "Attempts at tasks that came to nothing, by what went wrong.",
                MetricSample.counts(tally.attemptsFailed, by: "kind")),
            MetricFamily(
                counter: "universal_neurons_audits", "Second computations of tasks, by what the comparison gave.",
                MetricSample.counts(tally.audits, by: "result")),
            MetricFamily(
                counter: "universal_neurons_contradictions", "Tasks of which folded numbers differ from another worker's.",
                tally.contradictions),
            MetricFamily(
                counter: "universal_neurons_disagreements", "Reports of reducers that two workers' integers differ.", disagreements),
        ]
    }

    private var memberFamilies: [MetricFamily] {
        let others = Set(workers.keys).subtracting(Self.activities).sorted()
        return [
            MetricFamily(
                gauge: "universal_neurons_workers", "Workers by what they do.",
                (Self.activities + others).map { MetricSample(["state": $0], workers[$0] ?? 0) }),
            MetricFamily(
                gauge: "universal_neurons_reducers", "Reducers that take numbers, that their disk holds up, and that are missing.",
                [
                    MetricSample(["state": "taking"], reducersTaking), MetricSample(["state": "paused"], reducersPaused),
                    MetricSample(["state": "missing"], reducersMissing),
                ]),
            MetricFamily(counter: "universal_neurons_workers_joined", "Times that a worker joined.", tally.workersJoined),
            MetricFamily(counter: "universal_neurons_workers_lost", "Times that a worker was lost.", tally.workersLost),
            MetricFamily(
                counter: "universal_neurons_workers_distrusted", "Workers that are given nothing more: their numbers were wrong.",
                tally.workersDistrusted),
        ]
    }

    private var costFamilies: [MetricFamily] {
        [
            MetricFamily(counter: "universal_neurons_ledger_commits", "Commits of the ledger.", tally.commits),
            MetricFamily(counter: "universal_neurons_ledger_records", "Entries that they wrote.", tally.records),
            MetricFamily(
                counter: "universal_neurons_ledger_commit_seconds", "Seconds that they took.", tally.commitSeconds),
            MetricFamily(counter: "universal_neurons_model_served_bytes", "Bytes of models that workers were given.", tally.modelBytes),
        ]
    }
}
