import Kernels
import Storage
import SystemPackage

/// A model as Hugging Face stores it: a folder with `config.json` and weights, as safetensors or as PyTorch's files
/// (`pytorch_model.bin`), in one or in shards. Where both formats are there, safetensors are read.
///
/// Opening a folder maps its files and checks that the weights are those that the configuration describes: every tensor there, of the right
/// shape, and none that nobody knows. Values are read, and checked for NaN and infinity, by `tensors.read`.
///
/// ```swift
/// let folder = try ModelFolder("models/demo-gpt2-a")
/// let weights = try folder.tensors.float32("h.0.mlp.c_fc.weight", shape: [128, 512])
/// ```
public final class ModelFolder: Sendable {
    /// The folder.
    public let path: FilePath
    /// What its `config.json` says.
    public let configuration: ModelConfiguration
    /// The tensors, by names without the prefix of the body (`transformer.`, `gpt_neox.`).
    public let tensors: NamedTensors

    /// Opens a folder.
    ///
    /// - Throws: a `CheckpointError` that names the file, the tensor or field, what was expected and what was found.
    public init(_ path: FilePath) throws {
        self.path = path
        configuration = try Self.configuration(of: path)
        let layout = ModelTensors(configuration)
        tensors = try NamedTensors(folder: path, bodyPrefix: layout.bodyPrefix, aliases: layout.aliases)
        try checkTensors()
    }

    /// Reads the configuration alone: enough to plan a run on a machine that does not have the weights.
    ///
    /// - Throws: a `CheckpointError` when there is no `config.json`, or when it asks for something that is not supported.
    public static func configuration(of path: FilePath) throws -> ModelConfiguration {
        guard Folder.exists(path) else { throw CheckpointError.notFound(path: path, wanted: "the model's folder") }
        return try ModelConfiguration(path.appending("config.json"))
    }

    /// The names of the files that a model in this folder consists of: its configuration, its weights and their index.
    ///
    /// - Throws: a `CheckpointError` when there are no weights, or when the index lies.
    public static func fileNames(in path: FilePath) throws -> [String] {
        ["config.json"] + (try NamedTensors.fileNames(in: path))
    }

    /// In a sentence, which of the folder's files are read where it holds weights in two formats; nil where there is no choice.
    public static func choice(in path: FilePath) -> String? {
        guard let (format, name) = try? WeightFormat.weights(in: path) else { return nil }
        let others = format.passedOver(in: path)
        return others.isEmpty ? nil : "\(path): \(name) is read, \(others.joined(separator: " and ")) is not"
    }

    private func checkTensors() throws {
        let layout = ModelTensors(configuration)
        // As a model is saved whose norms were replaced by the identity.
        let norms = Set(layout.norms.map(\.name))
        if layout.all.allSatisfy({ (tensors[$0.name] == nil) == norms.contains($0.name) }) {
            throw CheckpointError.withoutNorms(folder: path, epsilonField: configuration.architecture.normEpsilonField)
        }
        var known: Set<String> = []
        for tensor in layout.all {
            try tensors.check(tensor.name, shape: tensor.shape)
            known.insert(tensor.name)
        }
        if tensors[layout.unembedding.name] != nil {
            try tensors.check(layout.unembedding.name, shape: layout.unembedding.shape)
            known.insert(layout.unembedding.name)
            try checkTie(to: layout.unembedding.name)
        }
        for name in tensors.names where !known.contains(name) && !layout.isWithoutEffect(name) {
            throw CheckpointError.unknownTensor(folder: path, tensor: name, bytes: tensors[name].map { $0.count * $0.dataType.bytes } ?? 0)
        }
    }

    /// A stored unembedding of a tied model must be the embedding once more, or nobody knows which of the two is meant.
    private func checkTie(to name: String) throws {
        guard configuration.tiesEmbeddings else { return }
        let embedding = ModelTensors(configuration).tokens.name
        guard try tensors.areEqual(name, embedding) else {
            throw CheckpointError.contradiction(
                file: path.appending("config.json"), field: "tie_word_embeddings", found: "true", other: name,
                otherFound: "stored and not equal to \(embedding)")
        }
    }

    /// The name of the tensor `[vocabulary, width]` that turns the last layer into logits: the embedding itself where the two are tied.
    ///
    /// - Throws: `CheckpointError.missingTensor` for a model without a head.
    public func unembeddingName() throws -> String {
        let layout = ModelTensors(configuration)
        if configuration.tiesEmbeddings { return layout.tokens.name }
        let name = layout.unembedding.name
        guard tensors[name] != nil else { throw CheckpointError.missingTensor(folder: path, tensor: name) }
        return name
    }

    /// Checks every weight of the model for NaN and infinity, those included that no forward pass to some layer would read.
    ///
    /// - Throws: `CheckpointError.notFinite` with tensor and index.
    public func checkValues(team: ThreadTeam = ThreadTeam(count: 1)) throws {
        let layout = ModelTensors(configuration)
        let head = tensors[layout.unembedding.name] == nil ? [] : [layout.unembedding]
        let all = layout.all + head
        try team.forEach(all.count) { item, _ in try tensors.checkValues(of: all[item].name, shape: all[item].shape) }
    }

    /// What this model is, whatever its path, file layout and time: SHA-256 over the deciding fields of the configuration and each tensor's
    /// name, data type, shape and bytes. Buffers and heads that activations do not depend on do not count, nor do a second copy
    /// of a tied embedding and the prefix of names.
    ///
    /// - Parameter team: threads that share the work; the digest does not depend on how many.
    public func digest(team: ThreadTeam = ThreadTeam(count: 1)) throws -> Digest {
        let layout = ModelTensors(configuration)
        let copy = configuration.tiesEmbeddings ? layout.unembedding.name : nil
        let names = tensors.names.filter { !layout.isWithoutEffect($0) && $0 != copy }
        let hashes = try team.map(names.count) { item, _ in try tensors.digest(of: names[item]) }
        var builder = DigestBuilder()
        builder.update(configuration.canonicalText)
        for (name, hash) in zip(names, hashes) {
            guard let entry = tensors[name] else { continue }
            builder.update(name)
            builder.update(entry.dataType.rawValue)
            builder.update(entry.shape.count)
            for size in entry.shape { builder.update(size) }
            builder.update(hash.bytes)
        }
        return builder.finalize()
    }
}
