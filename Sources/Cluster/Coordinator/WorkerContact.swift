import Scheduling

/// What the coordinator knows of a worker beyond what is scheduled by.
struct WorkerContact: Sendable {
    /// What messages are sent to.
    let identity: RoutingIdentity
    /// What it brings, once it has opened the plan.
    var ready: WorkerReady?
    /// Its last sign of life that told anything.
    var heartbeat: WorkerHeartbeat?
}
