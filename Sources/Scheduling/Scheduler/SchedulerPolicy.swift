/// The numbers that decide how patient a scheduler is. They change when something is computed, never what.
public struct SchedulerPolicy: Hashable, Codable, Sendable {
    /// Attempts that may fail before a task is given up.
    public var retries = 3
    /// Workers that may be lost with a task before it is given up.
    public var deaths = 2
    /// Milliseconds without a sign of life after which a worker's leases go to others. A heartbeat comes every few seconds; ten of them may
    /// be lost.
    public var leaseTimeout: Int64 = 30_000
    /// Milliseconds before the second attempt; doubled for each one after.
    public var backoff: Int64 = 1_000
    /// The longest wait before an attempt, in milliseconds.
    public var longestBackoff: Int64 = 60_000
    /// A lease is copied to an idle worker once it has taken this many times the median.
    public var speculationFactor = 1.5
    /// Finished leases before a median is believed.
    public var speculationSample = 3
    /// The share of tasks that are computed a second time, 0 to 1.
    public var audit = 0.0
    /// What decides with the share which tasks these are; something that workers do not know.
    public var auditSalt = ""
    /// Milliseconds that an audit waits for a second worker when nothing else is left to do.
    public var auditPatience: Int64 = 60_000

    /// Whether all workers have the same integers of a task, so that those which differ are wrong. Without it (`kernels: any`) none are
    /// compared: those of the first worker that every reducer has acknowledged stand. Nothing may be audited then.
    public var comparesIntegers = true

    /// Lease timeouts after which a worker that is lost is forgotten: ten minutes, after which few networks heal.
    public var forgetsAfter: Int64 = 20

    /// What suits tasks of a minute and workers that may vanish.
    public init() {}

    /// Which tasks are computed a second time.
    public var auditRule: AuditRule { AuditRule(share: audit, salt: auditSalt) }

    /// Milliseconds to wait after so many failures.
    func wait(afterFailures failures: Int) -> Int64 {
        // Ten doublings are beyond any longest wait, and cannot overflow.
        min(longestBackoff, backoff << Int64(min(max(0, failures - 1), 10)))
    }
}
