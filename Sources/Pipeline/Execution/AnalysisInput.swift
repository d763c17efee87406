import Analysis
import Models
import Statistics
import Storage

/// What an analysis starts from.
struct AnalysisInput {
    /// Where the figures come from.
    enum Kind {
        /// From the statistics in the snapshot.
        case statistics
        /// From what reducers elsewhere have found in them.
        case findings(RunFindings)
    }

    let kind: Kind
    /// What lies in the run's folder; beside findings, the examples.
    let snapshot: StoreSnapshot
    /// What the plan asks for and the statistics lack.
    var missing: [String] = []
    /// The same by block; nil where nothing is missing.
    var incompleteness: Incompleteness?
}
