import Kernels
import Logging
import Pipeline
import Scheduling
import Storage
import SystemPackage

/// A reducer: takes parcels from workers, keeps them safe, and folds each exactly once into its store.
///
///     let reducer = try ReducerProcess(settings, logger: logger)
///     let outcome = try reducer.run(stop: stop)          // nil when it was stopped before the run was over
///
/// It may be killed at any moment: started again with the same folder it goes on where it was.
public final class ReducerProcess: Sendable {
    /// What it was started with.
    public let settings: ReducerSettings
    /// What it does, in numbers.
    public let counters = ReducerCounters()
    /// What passes through the socket that workers connect to.
    public let transport = TransportCounters()
    private let context: MessageContext
    private let logger: Logger
    private let files: any FileLayer

    /// A reducer that has not begun yet.
    ///
    /// - Parameters:
    ///   - settings: What it is started with.
    ///   - context: Where its sockets belong; that of the authenticator, where keys protect them.
    ///   - logger: Where it writes what it does.
    ///   - files: Where files are written; tests pass a layer that fails.
    /// - Throws: `ClusterError.refused` when the library gives no context.
    public init(_ settings: ReducerSettings, in context: MessageContext? = nil, logger: Logger, files: any FileLayer = LocalFiles()) throws
    {
        self.settings = settings
        self.context = try context ?? MessageContext()
        self.logger = logger
        self.files = files
    }

    /// Works until the run is over.
    ///
    /// - Returns: how the run ended; nil when it was stopped before.
    /// - Throws: `ClusterError.storeNotEmpty` before anything is changed in the folder; `.turnedAway`, `.otherVersion`, `.storeOfOtherRun`,
    ///   `.storeOfOtherPlan`, what the endpoints refuse; `StorageError.locked` when another process owns the folder, `.lockLost` when another
    ///   has taken it over meanwhile; errors of the plan and of a store that is damaged.
    public func run(stop: StopRequest) throws -> RunOutcome? {
        let folder = StoreFolder(path: settings.store)
        try folder.check()
        try files.createFolder(settings.store)
        let lock = try FolderLock(settings.store, takingOver: settings.takesOver)
        return try withExtendedLifetime(lock) {
            for part in try Folder.parts(in: settings.store) { try files.remove(part) }
            let loop = try ReducerLoop(
                settings, in: context, known: try folder.known(), lock: lock, logger: logger, files: files, counters: counters,
                transport: transport)
            defer { loop.close() }
            return try loop.run(stop: stop)
        }
    }
}
