import Checkpoints
import Models
import Storage

/// A model as the plan knows it: what its weights are, whatever their path.
public struct PlannedModel: Hashable, Codable, Sendable {
    /// The model's id in the run.
    public let id: String
    /// The content hash of the weights and of the configuration fields that decide the function.
    public let digest: Digest
    /// Number of layers.
    public let layers: Int
    /// Neurons of a layer.
    public let mlpWidth: Int
    /// Width of the residual stream.
    public let width: Int
    /// Token ids below this are known.
    public let vocabulary: Int
    /// The longest row.
    public let positions: Int

    /// The facts of a model's folder.
    init(id: String, digest: Digest, shape: Models.ModelShape) {
        self.id = id
        self.digest = digest
        layers = shape.layers
        mlpWidth = shape.mlpWidth
        width = shape.width
        vocabulary = shape.vocabularySize
        positions = shape.positions
    }
}
