import Checkpoints
import Kernels
import Logging
import Storage

/// What every job is given by whoever starts it: threads, someone to tell how far it is, and a way to be stopped.
public struct JobContext: Sendable {
    /// Threads.
    public let team: ThreadTeam
    /// Memory that the job may use, in bytes; nil: what the machine has.
    public let memory: Int?
    /// Hears how far the job is.
    public let progress: any ProgressReporter
    /// Asks the job to stop.
    public let stop: StopRequest
    /// Where the job writes what it does.
    public let logger: Logger
    /// Where files are written; tests pass a layer that fails.
    public let files: any FileLayer
    /// Where models and tokenizers of the Hugging Face Hub are looked up.
    public let hubCache: HubCache
    /// The processor that it runs on; tests pass one that this machine need not be.
    public let processor: Processor

    /// Threads, and whoever is to be heard or asked; without them a job is silent and is not stopped.
    public init(
        team: ThreadTeam, memory: Int? = nil, progress: any ProgressReporter = SilentProgress(), stop: StopRequest = StopRequest(),
        logger: Logger = Logger(label: "universal-neurons") { _ in SwiftLogNoOpLogHandler() }, files: any FileLayer = LocalFiles(),
        hubCache: HubCache = .ofUser, processor: Processor = .current
    ) {
        self.team = team
        self.memory = memory
        self.progress = progress
        self.stop = stop
        self.logger = logger
        self.files = files
        self.hubCache = hubCache
        self.processor = processor
    }

    /// The same on other threads.
    func on(_ team: ThreadTeam) -> JobContext {
        JobContext(
            team: team, memory: memory, progress: progress, stop: stop, logger: logger, files: files, hubCache: hubCache,
            processor: processor)
    }
}
