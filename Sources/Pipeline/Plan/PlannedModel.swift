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
    /// Directions that each layer's neurons are projected on; nil where neurons are the columns, so that such plans have the identity that
    /// they had before there were others.
    public let directions: Int?

    /// Columns of a layer.
    public var columns: Int { directions ?? mlpWidth }

    /// The facts of a model's folder.
    init(_ facts: ModelFacts, basis: ColumnBasis?) {
        directions = basis?.columns(ofNeurons: facts.shape.mlpWidth)
        id = facts.id
        digest = facts.digest
        layers = facts.shape.layers
        mlpWidth = facts.shape.mlpWidth
        width = facts.shape.width
        vocabulary = facts.shape.vocabularySize
        positions = facts.shape.positions
    }
}
