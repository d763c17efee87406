import Checkpoints
import Kernels
import Storage

/// What a plan keeps of a model: its name in the run, its sizes, and what its content is known by.
public struct ModelFacts: Hashable, Codable, Sendable {
    /// The model's name in the run.
    public let id: String
    /// Layers, widths, heads and vocabulary.
    public let shape: ModelShape
    /// The digest of the weights and the deciding fields of the configuration, whatever the path.
    public let digest: Digest

    /// Facts that were found out elsewhere.
    public init(id: String, shape: ModelShape, digest: Digest) {
        self.id = id
        self.shape = shape
        self.digest = digest
    }

    /// Reads the facts of a folder; all weights are checked for NaN and infinity, and hashed.
    ///
    /// - Parameter team: threads that share the work.
    /// - Throws: `CheckpointError.notFinite` with tensor and index.
    public init(id: String, folder: ModelFolder, team: ThreadTeam = ThreadTeam(count: 1)) throws {
        try folder.checkValues(team: team)
        self.init(id: id, shape: ModelShape(folder.configuration), digest: try folder.digest(team: team))
    }
}
