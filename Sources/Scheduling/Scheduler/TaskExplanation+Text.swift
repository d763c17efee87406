import Diagnostics

extension TaskExplanation {
    /// Why a task was given up, for people: what its last attempt came to, unless that is not what decided; nil where nothing is known.
    public var whyGivenUp: String? {
        let last = failures.last?.reason
        return switch reason {
        case .undecided(let count)? where count > 1: reason?.text
        case .vanished?: reason?.text
        default: last ?? reason?.text
        }
    }
}

extension TaskExplanation.Reason {
    /// The reason as a clause for people.
    public var text: String {
        switch self {
        case .backoff(let milliseconds): "its next attempt begins in \((milliseconds + 999) / 1_000) s"
        case .noWorker: "there is no worker"
        case .noWorkerLargeEnough(let largest): "no worker has the memory for its block group; the largest offers \(largest >> 20) MiB"
        case .workersBusy(1): "the worker that could take it is busy"
        case .workersBusy(let count): "the \(count) workers that could take it are busy"
        case .workersResting(let count): "the \(count == 1 ? "worker rests" : "\(count) workers rest") after failures"
        case .attemptsFailed(let count): "\(CountText.of(count, "attempt")) at it failed"
        case .workersLost(let count): "\(count == 1 ? "one worker was" : "\(count) workers were") lost with it"
        case .vanished(let count): "it was done \(count == 1 ? "once" : "\(count) times"), and the reducers did not hold it"
        case .undecided(let count): "\(count) workers computed different numbers of it, and nobody could decide"
        case .needsSecondWorker: "it was computed once and is audited: it waits for another worker"
        case .runEnded(.cancelled): "the run was cancelled; `universal-neurons resume` goes on with it"
        case .runEnded: "the run is over"
        case .reducersAsked(let reducers):
            "nothing is given before it is known what reducer \(reducers.map(String.init).joined(separator: " and reducer ")) holds"
        case .notCoordinated: "nothing coordinates the run; `universal-neurons resume` goes on with it"
        }
    }
}
