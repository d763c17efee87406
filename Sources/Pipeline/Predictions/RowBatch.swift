/// Some rows of a plan's draw that are measured as one: a task.
public struct RowBatch: Hashable, Sendable {
    /// Counts the batches, from the beginning of the draw.
    public let index: Int
    /// Its rows' positions in the draw.
    public let positions: Range<Int>
}
