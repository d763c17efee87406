/// What is found once for all workers that are given leases at the same moment.
struct GrantPass {
    /// When it is.
    let now: SchedulerTime
    /// Leases that take too long and were not copied yet, the oldest first; nil before somebody asked.
    var stragglers: [ActiveLease]?
}
