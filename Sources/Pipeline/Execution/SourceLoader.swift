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
    private let team: ThreadTeam
    private let loaded = Mutex<[String: TransformerModel]>([:])

    /// - Parameters:
    ///   - folders: the opened folders of the models, by id.
    ///   - features: the feature bank, if the plan has one.
    init(folders: [String: ModelFolder], features: FeatureBank?, team: ThreadTeam) {
        self.folders = folders
        self.features = features
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
                if let model = loaded[id], model.loadedLayers == layer + 1 {
                    sources.append(model)
                } else if let folder = folders[id] {
                    // Not both at a time.
                    loaded[id] = nil
                    let model = try TransformerModel(id: id, folder: folder, throughLayer: layer, team: team)
                    loaded[id] = model
                    sources.append(model)
                } else if let features, id == features.id {
                    sources.append(features)
                }
            }
            return sources
        }
    }

    /// The models that are loaded, by id.
    var models: [String: TransformerModel] { loaded.withLock { $0 } }

    /// The opened folder of a model.
    func folder(of id: String) -> ModelFolder? { folders[id] }

    /// Frees the memory of the models that are loaded; the next task loads what it needs.
    func forget() { loaded.withLock { $0.removeAll() } }
}
