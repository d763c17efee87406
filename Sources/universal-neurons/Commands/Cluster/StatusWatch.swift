import Cluster
import SystemPackage

/// Tells when there is nothing more to be watched of a run.
struct StatusWatch {
    /// Looks at which nothing coordinates the run before that is the end: a coordinator that is started again takes a moment.
    private static let patience = 3

    private let place: String
    private var misses = 0
    /// Per cent of the tokens that were done at the last look; nil before the first.
    private var share: Int?

    /// The watch over a run, by what people call it: its folder, or where its coordinator listens.
    init(place: String) { self.place = place }

    /// Whether the run was looked at before.
    var hasBegun: Bool { share != nil }

    /// Takes in how the run stands.
    ///
    /// - Returns: whether it is complete.
    /// - Throws: `ClusterError.tasksFailed`, `.cancelled`, as its coordinator does; `.notCoordinated`.
    mutating func isOver(_ status: ClusterStatus) throws -> Bool {
        share = status.tokens == 0 ? 0 : 100 * status.tokensDone / status.tokens
        switch status.outcome {
        case nil: misses = 0
        case "complete": return true
        case "incomplete":
            let task = status.failed.first
            throw ClusterError.tasksFailed(
                count: status.failed.count, task: task?.task ?? "", reason: task?.failures.last?.reason ?? "no reason is known",
                folder: FilePath(place))
        case "cancelled": throw ClusterError.cancelled(FilePath(place))
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
