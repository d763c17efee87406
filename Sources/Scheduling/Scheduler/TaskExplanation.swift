/// Why a task is where it is: data for `explain`, `status` and tests.
public struct TaskExplanation: Hashable, Codable, Sendable {
    /// Why a task is not running.
    public enum Reason: Hashable, Codable, Sendable {
        /// Its next attempt begins later, so many milliseconds from now.
        case backoff(milliseconds: Int64)
        /// There is no worker.
        case noWorker
        /// No worker has the memory for its block group; the largest offer in bytes.
        case noWorkerLargeEnough(largest: Int)
        /// Every worker that could take it is busy; how many there are.
        case workersBusy(Int)
        /// Every worker that could take it waits after failures; how many there are.
        case workersResting(Int)
        /// It was given up: so many attempts failed.
        case attemptsFailed(Int)
        /// It was given up: so many workers were lost with it.
        case workersLost(Int)
        /// It was given up: so many times it was done, and the reducers did not hold it.
        case vanished(Int)
        /// It was given up: workers computed different numbers, and nobody could decide.
        case undecided(workers: Int)
        /// It was computed once and waits for another worker.
        case needsSecondWorker
        /// The run is over.
        case runEnded(RunOutcome)
        /// Nothing is given before these reducers have said what they hold.
        case reducersAsked([Int])
        /// Nothing coordinates the run: whoever it was given to may be gone.
        case notCoordinated
    }

    /// A copy that is being computed.
    public struct Copy: Hashable, Codable, Sendable {
        /// The lease.
        public let lease: LeaseID
        /// The worker.
        public let worker: WorkerID
        /// Why the lease was given.
        public let purpose: Lease.Purpose
        /// Milliseconds since then.
        public let milliseconds: Int64
    }

    /// The task.
    public let task: TaskID
    /// Where it stands.
    public let phase: TaskState.Phase
    /// Why it is not running; nil where it is, or is done. For a task that was given up: why it was.
    public let reason: Reason?
    /// The copies that are being computed.
    public let copies: [Copy]
    /// What was computed.
    public let results: [TaskState.Result]
    /// Attempts that came to nothing.
    public let failures: [TaskFailure]
}
