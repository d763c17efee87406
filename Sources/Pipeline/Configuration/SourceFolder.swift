import Checkpoints
import SystemPackage

/// A folder that a configuration names: by its path, or as a repository of the Hugging Face Hub that is looked up in the local cache.
struct SourceFolder {
    /// As the configuration has it: a path, or `hf:…`.
    let path: FilePath
    /// The commit that the repository's revision was when the plan was made; nil: not looked up yet, or a path.
    let commit: String?

    /// The repository; nil for a path.
    ///
    /// - Throws: `CheckpointError.hub` where it cannot be one.
    func reference() throws -> HubReference? { HubReference.isMeant(by: path.string) ? try HubReference(path.string) : nil }

    /// The folder on this machine, with the commit where it is a repository's.
    ///
    /// - Parameter content: what a repository must have; of a path nothing is looked at.
    /// - Throws: `CheckpointError.hub`.
    func located(in cache: HubCache, content: HubContent) throws -> (folder: FilePath, commit: String?) {
        guard let reference = try reference() else { return (path, nil) }
        let snapshot = try cache.snapshot(of: reference, commit: commit, content: content)
        return (snapshot.folder, snapshot.commit)
    }
}
