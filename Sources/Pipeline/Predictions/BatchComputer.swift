import Analysis
import Kernels
import Statistics

/// What computes the batches of a question.
protocol BatchComputer: Sendable {
    /// As many threads as fit into the memory, one at least.
    ///
    /// - Parameter length: tokens of a row.
    func team(context length: Int) -> ThreadTeam

    /// Computes the sums of some rows in the calling thread.
    ///
    /// - Parameters:
    ///   - check: asked again and again; what it throws ends the work.
    ///   - finishRow: called behind each row.
    func sums(of rows: ShardRows, check: () throws -> Void, finishRow: () -> Void) throws -> PredictionRows
}
