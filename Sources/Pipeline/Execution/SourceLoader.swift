import Checkpoints
import Kernels
import Models
import Statistics
import Synchronization
import SystemPackage

/// Loads the activation sources that a task needs, and keeps them for the next one.
public final class SourceLoader: Sendable {
    private let folders: [String: ModelFolder]
    private let features: FeatureBank?
    private let basis: ColumnBasis?
    let directions: LayerDirections?
    private let team: ThreadTeam
    private let loaded = Mutex<[String: LoadedModel]>([:])

    /// A model, and what its columns come from: itself, or its projections.
    private struct LoadedModel: Sendable {
        let model: TransformerModel
        let source: any ActivationSource
    }

    /// - Parameters:
    ///   - folders: the opened folders of the models, by id.
    ///   - features: the feature bank, if the plan has one.
    ///   - basis: what the columns of models are; nil for neurons.
    ///   - directions: gives what they are projections on, where they are no neurons.
    init(
        folders: [String: ModelFolder], features: FeatureBank?, basis: ColumnBasis? = nil, directions: LayerDirections? = nil,
        team: ThreadTeam
    ) {
        self.folders = folders
        self.features = features
        self.basis = basis
        self.directions = directions
        self.team = team
    }

    /// The sources that some layers belong to, each loaded through its layer.
    ///
    /// Models that are not asked for are forgotten, and so are those with more layers than are asked for: memory holds what one task needs,
    /// which is what `WorkingSet` counts, and loading is nothing beside a task.
    ///
    /// - Parameter layers: the highest layer that is needed of each source.
    /// - Throws: `CheckpointError`, `ModelError`.
    func sources(through layers: [String: Int]) throws -> [any ActivationSource] {
        try loaded.withLock { loaded in
            loaded = loaded.filter { layers[$0.key] != nil }
            var sources: [any ActivationSource] = []
            for (id, layer) in layers.sorted(by: { $0.key < $1.key }) {
                if let known = loaded[id], known.model.loadedLayers == layer + 1 {
                    sources.append(known.source)
                } else if let folder = folders[id] {
                    // Not both at a time.
                    loaded[id] = nil
                    let model = try TransformerModel(id: id, folder: folder, throughLayer: layer, team: team)
                    let columns = basis?.columns(ofNeurons: model.shape.mlpWidth) ?? model.shape.mlpWidth
                    let source: any ActivationSource =
                        try directions?.projected(model, columns: columns, team: team) ?? model
                    loaded[id] = LoadedModel(model: model, source: source)
                    sources.append(source)
                } else if let features, id == features.id {
                    sources.append(features)
                }
            }
            return sources
        }
    }

    /// The models that are loaded, by id.
    var models: [String: TransformerModel] { loaded.withLock { $0.mapValues(\.model) } }

    /// The opened folder of a model.
    func folder(of id: String) -> ModelFolder? { folders[id] }

    /// Frees the memory of the models that are loaded; the next task loads what it needs.
    func forget() { loaded.withLock { $0.removeAll() } }
}
