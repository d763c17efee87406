import Analysis
import Storage

/// The results of an earlier analysis, which another one of the same run would make again to the bit.
public struct KeptResults: Sendable {
    /// The plan.
    public let plan: RunPlan
    /// The run's files.
    public let folder: RunFolder
    /// The headline figures, as they were written.
    public let summary: RunSummary
    /// What else is kept of that analysis is known by it.
    public let origin: Digest
    /// Keeps the results from other analyses until the report that is made of them is written.
    let lock: FolderLock
}
