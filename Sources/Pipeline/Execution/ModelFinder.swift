import Checkpoints
import Models
import Storage
import SystemPackage

/// Finds the models of a plan: at the configuration's path, else in a folder of copies that are named by content hash.
///
/// Whatever a path says, a model is the plan's only if its content hash is.
public struct ModelFinder: Sendable {
    /// The folder of copies; nil: only the configuration's paths are looked at.
    public let cache: FilePath?
    private let context: JobContext

    /// Looks with the threads of a job, and stops when it stops.
    public init(cache: FilePath? = nil, context: JobContext) {
        self.cache = cache
        self.context = context
    }

    /// Opens all models of a plan.
    ///
    /// - Returns: the folders by the models' ids.
    /// - Throws: as `open`.
    public func openAll(of plan: RunPlan) throws -> [String: ModelFolder] {
        var folders: [String: ModelFolder] = [:]
        for model in plan.numbers.models { folders[model.id] = try open(model, of: plan) }
        return folders
    }

    /// Opens a model of a plan and checks that its weights are those that the plan was made with.
    ///
    /// - Throws: `PipelineError.modelNotReachable` or `.modelChanged` with what is wrong at the configuration's path, where the copies do not
    ///   have it either; `.unknownModel`, `.stopped`, `CheckpointError`.
    public func open(_ model: PlannedModel, of plan: RunPlan) throws -> ModelFolder {
        guard let reference = plan.configuration.models.first(where: { $0.id == model.id }) else {
            throw PipelineError.unknownModel(id: model.id)
        }
        try context.stop.check()
        do {
            let opened = try ModelFolder(reference.folder(in: context.hubCache))
            guard try opened.digest(team: context.team) == model.digest else {
                throw PipelineError.modelChanged(model: model.id, path: reference.path)
            }
            return opened
        } catch {
            try context.stop.check()
            if let copy = copy(of: model) { return copy }
            if let error = error as? CheckpointError, error.exitStatus == .noInput {
                // Of a repository the remedy is the command that downloads it.
                let reason = if case .hub = error { error.description } else { error.message }
                throw PipelineError.modelNotReachable(model: model.id, path: reference.path, reason: reason)
            }
            throw error
        }
    }

    /// Opens the model of a plan that has an id.
    ///
    /// - Throws: as `open(_:of:)`.
    func open(_ id: String, of plan: RunPlan) throws -> ModelFolder {
        guard let planned = plan.numbers.models.first(where: { $0.id == id }) else { throw PipelineError.unknownModel(id: id) }
        return try open(planned, of: plan)
    }

    /// The same of a model that gives predictions.
    ///
    /// - Throws: as `open(_:of:)`, `ModelError.noUnembedding`.
    func openPredicting(_ id: String, of plan: RunPlan) throws -> ModelFolder {
        let opened = try open(id, of: plan)
        guard ProcessedWeights(opened).hasUnembedding else { throw ModelError.noUnembedding(model: id) }
        return opened
    }

    /// Where the copy of a model with a content hash is, or would be; nil without a folder of copies.
    public func path(of digest: Digest) -> FilePath? { cache?.appending(digest.hex) }

    /// The copy of a model, if it is there and whole.
    private func copy(of model: PlannedModel) -> ModelFolder? {
        // One that is damaged is as good as none: whoever can fetch it replaces it.
        guard let path = path(of: model.digest), let opened = try? ModelFolder(path),
            (try? opened.digest(team: context.team)) == model.digest
        else { return nil }
        return opened
    }
}
