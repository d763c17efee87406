import Scheduling

/// What ends a worker before its time, wherever it is.
enum WorkerEnd: Error {
    /// The coordinator says that the run is over.
    case finished(RunOutcome)
}
