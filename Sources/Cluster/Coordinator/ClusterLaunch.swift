import Pipeline
import Scheduling
import Storage
import SystemPackage

/// How a run's coordinator was started, kept in the run's folder so that `resume` and `extend` start it the same way.
public struct ClusterLaunch: Codable, Sendable, Hashable {
    /// Workers that it starts itself; nil where others do.
    public var workers: Int?
    /// Reducers; the coordinator starts them itself when it starts the workers.
    public var reducers: Int
    /// Where it listens; nil for sockets of its own.
    public var listen: Endpoint?
    /// The folder of its keys.
    public var keys: String?
    /// Whether it does without keys.
    public var isInsecure: Bool
    /// Memory, in bytes, of the smallest worker that can take every block group.
    public var workerMemory: Int
    /// The share of tasks that are computed twice.
    public var audit: Double
    /// Attempts that may fail before a task is given up.
    public var retries: Int
    /// Workers that may be lost with a task before it is given up.
    public var crashLimit: Int
    /// Seconds without a sign of life after which a worker's leases go to others.
    public var leaseSeconds: Int
    /// Where it serves its metrics; nil: nowhere.
    public var metrics: MetricsAddress?
    /// What was asked for; kept with the pilot of a screened run alone, as that has no plan yet which says so.
    public var configuration: Configuration?

    /// A launch of workers that this machine starts itself, or of a coordinator that listens for others.
    public init(
        workers: Int?, reducers: Int, listen: Endpoint? = nil, keys: String? = nil, isInsecure: Bool = false, workerMemory: Int,
        audit: Double = 0, retries: Int = 3, crashLimit: Int = 2, leaseSeconds: Int = 30, metrics: MetricsAddress? = nil
    ) {
        self.workers = workers
        self.reducers = reducers
        self.listen = listen
        self.keys = keys
        self.isInsecure = isInsecure
        self.workerMemory = workerMemory
        self.audit = audit
        self.retries = retries
        self.crashLimit = crashLimit
        self.leaseSeconds = leaseSeconds
        self.metrics = metrics
    }

    /// How patient the coordinator is, as far as it was told.
    public var policy: SchedulerPolicy {
        var policy = SchedulerPolicy()
        policy.audit = audit
        policy.retries = retries
        policy.deaths = crashLimit
        policy.leaseTimeout = Int64(leaseSeconds) * 1_000
        return policy
    }

    /// What protects the coordinator's connections.
    public var security: ClusterSecurity { ClusterSecurity(keys: keys.map { FilePath($0) }, isInsecure: isInsecure) }

    /// The launch that a run's folder keeps; nil for a run in one process.
    ///
    /// - Throws: `StorageError` for a file that cannot be read.
    public static func read(in folder: RunFolder) throws -> ClusterLaunch? {
        let path = path(in: folder)
        return Folder.holdsFile(path) ? try JSONFile.read(ClusterLaunch.self, from: path) : nil
    }

    /// Keeps the launch in a run's folder.
    ///
    /// - Throws: `StorageError`.
    public func write(in folder: RunFolder) throws { try JSONFile.write(self, to: Self.path(in: folder)) }

    /// Forgets the launch of a run that goes on in one process.
    ///
    /// - Throws: `StorageError`.
    public static func remove(in folder: RunFolder) throws {
        if Folder.holdsFile(path(in: folder)) { try LocalFiles().remove(path(in: folder)) }
    }

    private static func path(in folder: RunFolder) -> FilePath { folder.path.appending("launch.json") }
}
