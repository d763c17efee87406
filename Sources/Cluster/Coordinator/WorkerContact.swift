import Scheduling

/// What the coordinator knows of a worker beyond what is scheduled by.
struct WorkerContact: Sendable {
    /// What messages are sent to.
    let identity: RoutingIdentity
    /// When it was heard of last while the scheduler did not know it, which keeps that of those that it knows.
    var heard: SchedulerTime
    /// What it brings, once it has opened the plan.
    var ready: WorkerReady?
    /// Its last sign of life.
    var heartbeat: WorkerHeartbeat?
    /// The last lines that it is known to have logged, oldest first.
    var log: [String] = []

    /// Takes a sign of life in.
    mutating func take(_ heartbeat: WorkerHeartbeat) {
        self.heartbeat = heartbeat
        if let news = heartbeat.log { log = news }
    }

    /// Whether it is silent for so long that nobody waits for it: one that dies while it opens the plan never says that it leaves. Should it
    /// live all the same, it is known again as soon as it speaks.
    func isGone(at now: SchedulerTime, under policy: SchedulerPolicy) -> Bool {
        (now - heard) / Int64(max(1, policy.forgetsAfter)) > policy.leaseTimeout
    }
}
