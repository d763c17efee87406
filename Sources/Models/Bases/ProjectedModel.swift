import Kernels
import Statistics

/// A transformer whose columns are not its neurons but directions in each layer's space of neurons: rotated or principal ones.
///
/// A column is the scalar product of the layer's activations after the nonlinearity with a direction, nothing taken off: `[context, neurons]`
/// times the transpose of `[columns, neurons]`. The product is over a panel that is exactly one row of the corpus, in one thread, so that a
/// column has the same bits whatever the other rows and however many threads there are.
///
/// Directions are no nonlinearity's outputs: there is nothing before it to be observed.
///
/// ```swift
/// let model = try TransformerModel(id: "a", folder: ModelFolder("models/demo-gpt2-a"))
/// let rotated = ProjectedModel(model, directions: matrices, columns: model.shape.mlpWidth)
/// ```
public final class ProjectedModel: ActivationSource {
    /// The model whose neurons are projected.
    public let model: TransformerModel
    /// One group a layer, for all layers of the model, loaded or not.
    public let columnGroups: [ColumnGroup]
    /// For each loaded layer `[columns, neurons]`, a direction a row.
    private let directions: [FloatBuffer]
    private let columns: Int

    /// A model's neurons in other directions.
    ///
    /// - Parameters:
    ///   - directions: for each loaded layer `[columns, neurons]`, a direction a row.
    ///   - columns: how many directions each layer has.
    /// - Precondition: There is a matrix of that size for each loaded layer.
    public init(_ model: TransformerModel, directions: [FloatBuffer], columns: Int) {
        precondition(
            directions.count == model.loadedLayers && directions.allSatisfy { $0.count == columns * model.shape.mlpWidth },
            "each loaded layer needs its directions")
        self.model = model
        self.directions = directions
        self.columns = columns
        columnGroups = (0..<model.shape.layers).map { ColumnGroup(source: model.id, layer: $0, columns: columns) }
    }

    public var id: String { model.id }

    public var isBinary: Bool { false }

    public func makeWorkspace(context: Int) throws -> ActivationWorkspace {
        ProjectedWorkspace(of: try model.makeWorkspace(context: context), floats: context * columns)
    }

    public func activations(
        of row: TokenRow, through layer: Int, workspace: ActivationWorkspace,
        deliver: (_ layer: Int, _ values: UnsafePointer<Float>) throws -> Void
    ) throws {
        guard let workspace = workspace as? ProjectedWorkspace else { preconditionFailure("a workspace of another source") }
        let (context, neurons) = (row.tokens.count, model.shape.mlpWidth)
        try model.activations(of: row, through: layer, workspace: workspace.forward) { layer, values in
            Gemm.multiply(
                context, columns, neurons, values, lda: neurons, directions[layer].pointer, ldb: neurons, transposeB: true,
                into: workspace.projected.pointer, ldc: columns)
            try deliver(layer, workspace.projected.pointer)
        }
    }
}
