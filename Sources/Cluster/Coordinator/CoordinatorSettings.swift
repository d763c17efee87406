import Scheduling
import SystemPackage

/// How a coordinator works; none of it changes a number.
public struct CoordinatorSettings: Sendable {
    /// Where it listens.
    public var endpoint: Endpoint
    /// What protects that.
    public var security: Security
    /// How patient it is with workers and tasks.
    public var policy = SchedulerPolicy()
    /// Milliseconds between the heartbeats of workers and reducers.
    public var heartbeat = 5_000
    /// Whether a ledger that is lost or cannot be used is begun anew: the reducers know what is done.
    public var rebuildsLedger = false
    /// What it brings from the reducers instead of having a run computed; nil: it has the run computed and analysed.
    public var gathers: GatheredParts?
    /// The rounds of which this is one; nil where it is the only one. Workers and reducers that others have started stay until the last.
    public var rounds: RunRounds?
    /// Whether it waits for reducers that others have started even where the run is complete, so that whoever comes is told of the end.
    public var waitsWhenComplete = true
    /// Where it publishes what it knows; nil: nobody asked for metrics.
    public var metrics: MetricsBoard?
    /// What its sockets share.
    public internal(set) var messages: MessageContext
    /// Protects the endpoint for sockets that share something else: those of a screened run's pilot. Nil: as it is protected for these, which
    /// does for all but keys.
    public var secure: (@Sendable (MessageContext) throws -> Security)?
    /// Processes that it starts and watches itself; nil where others do.
    public var children: ChildPlan?

    /// What suits workers that others start.
    public init(endpoint: Endpoint, security: Security, messages: MessageContext) {
        self.endpoint = endpoint
        self.security = security
        self.messages = messages
    }
}
