import Storage
import SystemPackage

/// What is wanted of a repository's files.
public enum HubContent: Sendable, Hashable {
    /// `config.json` alone: enough for an estimate.
    case configuration
    /// A model: its configuration and its weights.
    case model
    /// A tokenizer.
    case tokenizer

    /// The patterns of the files to download: whichever of the formats a repository has. Of several, none must be there; a
    /// single one `hf` takes for a file's name.
    var patterns: [String] {
        switch self {
        case .configuration: ["config.json"]
        case .model: ["config.json", "*.safetensors*", "pytorch_model*"]
        case .tokenizer: ["tokenizer.json", "vocab.json", "merges.txt", "tokenizer_config.json", "added_tokens.json"]
        }
    }

    /// The first file that a snapshot lacks; nil where everything is there. A link whose blob is not there is no file.
    ///
    /// - Throws: a `CheckpointError` for weights that are there and cannot be read.
    func missingFile(in snapshot: FilePath) throws -> String? {
        func has(_ name: String) -> Bool { Folder.holdsFile(snapshot.appending(name)) }
        switch self {
        case .configuration: return has("config.json") ? nil : "config.json"
        case .model:
            guard has("config.json") else { return "config.json" }
            do {
                return try ModelFolder.fileNames(in: snapshot).first { !has($0) }
            } catch CheckpointError.notFound(let path, _) {
                return path == snapshot ? "model.safetensors" : path.lastComponent?.string ?? path.string
            }
        case .tokenizer:
            if has("tokenizer.json") || has("vocab.json") && has("merges.txt") { return nil }
            return has("vocab.json") ? "merges.txt" : "tokenizer.json"
        }
    }
}
