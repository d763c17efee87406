import Cluster
import Pipeline
import Storage

/// Tells when there is nothing more to be watched of a run.
struct StatusWatch {
    /// Looks at which nothing coordinates the run before that is the end: a coordinator that is started again takes a moment, and so does one
    /// that has just made the plan.
    private static let patience = 3

    private let place: String
    private var misses = 0
    /// Whether there was no plan at the first look.
    private var hasWaited = false
    /// Per cent of the tokens that were done at the last look; nil before the first.
    private var share: Int?

    /// The watch over a run, by what people call it: its folder, or where its coordinator listens.
    init(place: String) { self.place = place }

    /// Whether the run was looked at before.
    var hasBegun: Bool { share != nil }

    /// Whether a run is one to come: there is no plan in its folder yet, or no folder.
    func isToCome(_ folder: RunFolder) -> Bool { !hasBegun && !folder.underWay.hasPlan && !Folder.holdsFile(folder.path) }

    /// Takes in that there is no plan yet.
    ///
    /// - Returns: what people are to be told; nil where they were.
    mutating func missPlan() -> String? {
        defer { hasWaited = true }
        return hasWaited ? nil : "\(place) has no plan yet: waiting until a coordinator has made it"
    }

    /// Takes in that a run has a plan, and nothing that a coordinator has done.
    ///
    /// - Throws: the error, unless a coordinator may be about to begin.
    mutating func missLedger(_ error: ClusterError) throws {
        switch error {
        case .ofOneProcess where hasWaited && !hasBegun, .ledgerMissing where !hasBegun: misses += 1
        default: throw error
        }
        if misses >= Self.patience { throw error }
    }

    /// Takes in how the run stands.
    ///
    /// - Returns: whether it is complete.
    /// - Throws: `ClusterError.tasksFailed`, `.cancelled`, as its coordinator does; `.notCoordinated`.
    mutating func isOver(_ status: ClusterStatus) throws -> Bool {
        if !hasBegun { misses = 0 }
        share = status.tokens == 0 ? 0 : 100 * status.tokensDone / status.tokens
        switch status.outcome {
        case nil: misses = 0
        case "complete": return true
        case "incomplete":
            let task = status.failed.first
            throw ClusterError.tasksFailed(
                count: status.failed.count, task: task?.task ?? "", reason: task?.reason ?? "no reason is known",
                run: place)
        case "cancelled": throw ClusterError.cancelled(place)
        case _?: try missAnswer()
        }
        return false
    }

    /// Takes in that nobody answers.
    ///
    /// - Throws: `ClusterError.notCoordinated` once that is certain.
    mutating func missAnswer() throws {
        misses += 1
        if misses >= Self.patience { throw ClusterError.notCoordinated(place, share: share ?? 0) }
    }
}
