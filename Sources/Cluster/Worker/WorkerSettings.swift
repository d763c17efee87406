import Foundation
import Kernels
import Scheduling
import Statistics
import SystemPackage

/// What a worker is started with.
public struct WorkerSettings: Sendable {
    /// Where the coordinator is.
    public var coordinator: Endpoint
    /// The worker's name, to which its key adds what shows whose it is; nil: one of its own.
    public var name: WorkerID?
    /// Memory that it may use, in bytes.
    public var memory: Int
    /// Its threads.
    public var threads: Int
    /// What protects its connections.
    public var security: Security
    /// Where it keeps what it has computed until the reducers have it, in a folder of its own; nil: the system's temporary folder.
    public var scratch: FilePath?
    /// Where it keeps models that it had to fetch, named by content hash.
    public var modelCache: FilePath = Self.defaultModelCache
    /// Milliseconds that it goes on computing and sending once it is asked to stop.
    public var drain = 30_000
    /// Whether it stays when a job is over, and waits for the next one at the coordinator's address.
    public var stays = false
    /// Where it publishes what it knows; nil: nobody asked for metrics.
    public var metrics: MetricsBoard?
    /// Called once everything is prepared: from here on the worker heeds the request to leave at once, for it may have what others wait for.
    public var hasBegun: @Sendable () -> Void = {}
    /// Makes sure that the plan's kernel family runs; nil is any. May execute the process again: nothing that must survive that is open then.
    public var selectKernels: @Sendable (KernelFamily?) throws -> Void = { _ in }

    /// Makes sure that integer products of so many bits are exact here; tests have another processor.
    var checkBits: @Sendable (QuantisedBits) throws -> Void = { try Int8Gemm.check($0) }
    /// Called before a lease is compressed; tests wait in it.
    var beforeEncoding: @Sendable (LeaseID) throws -> Void = { _ in }
    /// Called with what was computed of a task before it is encoded; tests falsify it.
    var afterComputing: @Sendable (TaskID, [Section]) -> [Section] = { $1 }
    /// Called with a task, a reducer and the file of what that one gets, before it is offered; tests damage it.
    var beforeSending: @Sendable (TaskID, Int, FilePath) throws -> Void = { _, _, _ in }

    /// A worker for a coordinator.
    public init(coordinator: Endpoint, memory: Int, threads: Int, security: Security) {
        self.coordinator = coordinator
        self.memory = memory
        self.threads = threads
        self.security = security
    }

    /// `$XDG_CACHE_HOME/universal-neurons/models`, or the same in `~/.cache`.
    public static var defaultModelCache: FilePath {
        let environment = ProcessInfo.processInfo.environment
        let named = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? FilePath($0) : nil }
        let root = named ?? FilePath(NSHomeDirectory()).appending(".cache")
        return root.appending("universal-neurons").appending("models")
    }
}
