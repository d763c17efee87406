import SystemPackage

/// A repository's files at one commit, in the local cache.
public struct HubSnapshot: Hashable, Sendable {
    /// The folder with the files, most of them links to the cache's blobs.
    public let folder: FilePath
    /// The commit.
    public let commit: String
}
