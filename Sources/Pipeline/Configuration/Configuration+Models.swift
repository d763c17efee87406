import Checkpoints
import Storage
import SystemPackage

extension Configuration {
    /// Makes sure that each model is there, before anything else is made: its folder, or its `config.json` in the cache.
    ///
    /// - Parameters:
    ///   - file: the configuration's file, whose folder relative paths count from.
    ///   - cache: where models of the Hugging Face Hub are looked up.
    /// - Throws: `PipelineError.modelMissing`; `CheckpointError.hub` with the command that downloads it.
    public func checkModels(of file: FilePath, cache: HubCache = .ofUser) throws {
        for model in models {
            let folder = try model.folder(in: cache, content: .configuration)
            guard Folder.exists(folder) else { throw PipelineError.modelMissing(model: model.id, path: model.path, configuration: file) }
        }
    }

    /// The configuration with the commits of all revisions that it names: those that it has already, else what they are now.
    ///
    /// - Throws: `CheckpointError.hub`.
    func pinned(in cache: HubCache) throws -> Configuration {
        var pinned = self
        for index in models.indices { pinned.models[index].commit = try models[index].source.located(in: cache, content: .model).commit }
        pinned.corpus.tokenizerCommit = try corpus.tokenizerSource?.located(in: cache, content: .tokenizer).commit
        return pinned
    }
}

extension ModelReference {
    /// Where the configuration says that the model is.
    var source: SourceFolder { SourceFolder(path: path, commit: commit) }

    /// The model's folder on this machine.
    ///
    /// - Throws: `CheckpointError.hub`.
    func folder(in cache: HubCache, content: HubContent = .model) throws -> FilePath {
        try source.located(in: cache, content: content).folder
    }
}

extension CorpusConfiguration {
    /// Where the configuration says that the tokenizer is.
    var tokenizerSource: SourceFolder? { tokenizer.map { SourceFolder(path: $0, commit: tokenizerCommit) } }

    /// The tokenizer's folder on this machine; nil where there is none.
    ///
    /// - Throws: `CheckpointError.hub`.
    public func tokenizerFolder(in cache: HubCache = .ofUser) throws -> FilePath? {
        try tokenizerSource?.located(in: cache, content: .tokenizer).folder
    }
}
