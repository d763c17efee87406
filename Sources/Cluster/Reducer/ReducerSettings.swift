import Kernels
import Scheduling
import SystemPackage

/// What a reducer is started with.
public struct ReducerSettings: Sendable {
    /// Where the coordinator listens.
    public var coordinator: Endpoint
    /// Where workers may connect to; a tcp port may be left to the system (`*`).
    public var listen: Endpoint
    /// The host that workers are told; nil: the one that it listens at, or this machine's name where it listens at every interface.
    public var advertisedHost: String?
    /// The folder of its store.
    public var store: FilePath
    /// Whether the folder is taken from an owner that holds it: one that sleeps or cannot be reached.
    public var takesOver = false
    /// Threads that fold, verify and summarise.
    public var threads = 1
    /// Bytes that summarising a group may use; nil: what it takes.
    public var memory: Int?
    /// Whether correlations are written into the store even where the run's folder can be reached.
    public var keepsMatrices = false
    /// What protects the connection to the coordinator.
    public var coordinatorSecurity: Security
    /// What protects the endpoint that workers connect to.
    public var listenSecurity: Security
    /// Makes OpenBLAS run the kernels of a plan, by which groups are summarised; nil: those of this machine. May start the process again,
    /// before anything of an assignment is on the disk.
    ///
    /// Throws a `KernelsError` where this processor cannot run them.
    public var selectKernels: @Sendable (KernelFamily?) throws -> Void = { _ in }
    /// Where it publishes what it knows; nil: nobody asked for metrics.
    public var metrics: MetricsBoard?
    /// How much it holds.
    public var policy = ReducerPolicy()

    /// Settings of a reducer; everything else has defaults.
    public init(coordinator: Endpoint, listen: Endpoint, store: FilePath, coordinatorSecurity: Security, listenSecurity: Security) {
        self.coordinator = coordinator
        self.listen = listen
        self.store = store
        self.coordinatorSecurity = coordinatorSecurity
        self.listenSecurity = listenSecurity
    }
}
