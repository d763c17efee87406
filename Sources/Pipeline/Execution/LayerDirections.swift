import Analysis
import Kernels
import Models

/// Gives the directions that a plan's columns are projections on, layer by layer.
public enum LayerDirections: Sendable {
    /// They follow from a seed.
    case rotated(RotatedColumns)
    /// They lie in files.
    case principal(BasisFolder)

    /// A model whose columns are its neurons' projections on the directions of the layers that are loaded.
    ///
    /// - Parameters:
    ///   - columns: directions of each layer.
    ///   - team: threads that share the loading.
    /// - Throws: `PipelineError.planDamaged`, `StorageError`.
    func projected(_ model: TransformerModel, columns: Int, team: ThreadTeam) throws -> ProjectedModel {
        let neurons = model.shape.mlpWidth
        let matrices = try team.map(model.loadedLayers) { layer, _ in
            switch self {
            case .rotated(let rotated):
                try RotatedDirections.matrix(rotated.kind, seed: rotated.seed, model: model.id, layer: layer, neurons: neurons)
            case .principal(let folder): try folder.matrix(of: model.id, layer: layer, columns: columns, neurons: neurons)
            }
        }
        return ProjectedModel(model, directions: matrices, columns: columns)
    }
}

extension RunPlan {
    /// What gives the directions that the plan's columns are projections on, checked to be those that it was made with; nil where columns are
    /// neurons.
    ///
    /// - Parameter team: threads that share the hashing.
    /// - Throws: `PipelineError.planDamaged`; a `StorageError` when they cannot be read.
    public func openDirections(in folder: RunFolder, team: ThreadTeam) throws -> LayerDirections? {
        switch numbers.basis?.columns {
        case nil: nil
        case .rotated(let columns)?: .rotated(columns)
        case .principal?: .principal(try BasisFolder(folder.basis, of: numbers, team: team))
        }
    }

    /// Makes sure that the plan's columns are neurons, where something is asked that is of neurons alone.
    ///
    /// - Parameter question: what is asked, for the message.
    /// - Throws: `PipelineError.columnsNotNeurons`.
    func checkNeurons(for question: String, in folder: RunFolder) throws {
        guard let basis = numbers.basis else { return }
        throw PipelineError.columnsNotNeurons(folder: folder.path, columns: "\(basis.columns)", question: question)
    }
}
