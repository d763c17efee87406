import Foundation
import Glibc
import Storage
import SystemPackage

/// The local cache of the Hugging Face Hub, as `huggingface_hub` lays it out; it is only read, and nothing is ever downloaded.
///
///     models--stanford-crfm--alias-gpt2-small-x21/
///         refs/checkpoint-400000      the commit of a branch, a tag, or a commit that was abbreviated
///         snapshots/<commit>/         the files of a commit, links to
///         blobs/                      contents
public struct HubCache: Hashable, Sendable {
    /// The folder of the cache.
    public let folder: FilePath

    /// A cache in a folder, which need not exist.
    public init(folder: FilePath) { self.folder = folder }

    /// The cache that `huggingface_hub` would use: `HF_HUB_CACHE` (before, `HUGGINGFACE_HUB_CACHE`), else `hub` in `HF_HOME`, else
    /// `huggingface/hub` in `XDG_CACHE_HOME`, else in `~/.cache`.
    public init(environment: [String: String]) {
        let home = FilePath(environment["HOME"] ?? NSHomeDirectory())
        func path(_ name: String) -> FilePath? {
            guard let text = environment[name], !text.isEmpty else { return nil }
            return Self.expanded(text, environment: environment, home: home)
        }
        folder =
            path("HF_HUB_CACHE") ?? path("HUGGINGFACE_HUB_CACHE") ?? path("HF_HOME")?.appending("hub")
            ?? (path("XDG_CACHE_HOME") ?? home.appending(".cache")).appending("huggingface").appending("hub")
    }

    /// The cache of whoever runs the process.
    public static var ofUser: HubCache { HubCache(environment: ProcessInfo.processInfo.environment) }

    /// Finds a repository's files.
    ///
    /// - Parameters:
    ///   - commit: the commit that the reference was found to be before; nil: what it is now.
    ///   - content: what must be there.
    /// - Throws: `CheckpointError.hub`: it was not downloaded, or not all of it, with the command that does it; or the cache is damaged.
    public func snapshot(of reference: HubReference, commit: String? = nil, content: HubContent) throws -> HubSnapshot {
        let repository = folder.appending(reference.folderName)
        // Downloaded again, a branch may have moved on: what is wanted is the commit.
        let reference = commit.map(reference.pinned) ?? reference
        let missing = CheckpointError.hub(.notDownloaded(reference: reference, cache: folder, content: content))
        if let commit, !HubReference.isCommit(commit) {
            throw CheckpointError.hub(.unusable(reference: reference.description, reason: "'\(commit)' is no commit"))
        }
        guard Folder.exists(repository), let commit = try self.commit(of: reference, in: repository) else { throw missing }
        let snapshot = repository.appending("snapshots").appending(commit)
        guard Folder.exists(snapshot) else { throw missing }
        try checkPlaces(of: snapshot, in: repository, reference)
        if let file = try content.missingFile(in: snapshot) {
            throw CheckpointError.hub(.incomplete(reference: reference, snapshot: snapshot, file: file, content: content))
        }
        return HubSnapshot(folder: snapshot, commit: commit)
    }

    /// The commit that a revision is; nil where the cache knows none.
    private func commit(of reference: HubReference, in repository: FilePath) throws -> String? {
        let revision = reference.revision
        if HubReference.isCommit(revision) { return revision }
        let file = reference.revisionComponents.reduce(repository.appending("refs")) { $0.appending($1) }
        if Folder.holdsFile(file) {
            let text = try MappedFile(file).withBytes { String(decoding: $0.prefix(80), as: UTF8.self) }
            let commit = text.trimmingCharacters(in: .whitespacesAndNewlines)
            guard HubReference.isCommit(commit) else {
                throw CheckpointError.hub(.noCommit(reference: reference, file: file, found: commit))
            }
            return commit
        }
        let snapshots = repository.appending("snapshots")
        guard HubReference.isAbbreviation(revision), Folder.exists(snapshots) else { return nil }
        let commits = try Folder.names(in: snapshots).filter { HubReference.isCommit($0) && $0.hasPrefix(revision) }
        guard commits.count < 2 else { throw CheckpointError.hub(.ambiguous(reference: reference, commits: commits)) }
        return commits.first
    }

    /// Refuses files that lie elsewhere than in the repository's folder: a cache that others filled shall not pass on a file of whoever
    /// reads it. The folder itself, and its blobs, may be links to another disk.
    private func checkPlaces(of snapshot: FilePath, in repository: FilePath, _ reference: HubReference) throws {
        let places = [repository, repository.appending("blobs")].compactMap(Self.resolved)
        for path in [snapshot] + (try Folder.names(in: snapshot)).map({ snapshot.appending($0) }) {
            // What leads nowhere is missing, which is said of files that are needed.
            guard let target = Self.resolved(path) else { continue }
            guard places.contains(where: target.starts) else {
                throw CheckpointError.hub(.outside(reference: reference, file: path, target: target.string))
            }
        }
    }

    /// Where a path leads, all links followed; nil where it leads nowhere.
    private static func resolved(_ path: FilePath) -> FilePath? {
        guard let found = realpath(path.string, nil) else { return nil }
        defer { free(found) }
        return FilePath(platformString: found)
    }

    /// `~` and variables are replaced as Python's `expanduser` and `expandvars` do; a variable that is not set stays as it is.
    private static func expanded(_ text: String, environment: [String: String], home: FilePath) -> FilePath {
        let text = text == "~" || text.hasPrefix("~/") ? home.string + text.dropFirst() : text
        return FilePath(
            text.replacing(/\$(?:\{(?<braced>\w+)\}|(?<bare>\w+))/) { match in
                let name = match.output.braced ?? match.output.bare ?? ""
                return environment[String(name)] ?? String(match.output.0)
            })
    }
}
