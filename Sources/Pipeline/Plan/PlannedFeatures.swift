import Statistics
import Storage

/// The feature bank as the plan knows it.
public struct PlannedFeatures: Hashable, Codable, Sendable {
    /// The content hash of the bank.
    public let digest: Digest
    /// Its number of columns.
    public let columns: Int
    /// Which models are compared with it; nil for the reference alone, so that such plans have the identity that they had before others could be.
    public var models: ExplainedModels?

    /// Which models are compared with it.
    var explained: ExplainedModels { models ?? .reference }
}
