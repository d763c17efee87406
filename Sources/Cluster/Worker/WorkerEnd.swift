import Scheduling

/// What ends a worker before its time, wherever it is.
enum WorkerEnd: Error {
    /// The coordinator says that the run is over.
    case finished(RunOutcome)
    /// Another job than the worker's has come to the coordinator's address: it is opened in place of that.
    case superseded
}
