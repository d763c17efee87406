import Diagnostics
import SystemPackage

/// Why a model or tokenizer of the Hugging Face Hub cannot be opened from the local cache.
public enum HubProblem: Sendable, Equatable {
    /// The text is no reference.
    case unusable(reference: String, reason: String)
    /// The cache does not have the repository, or not at this revision.
    case notDownloaded(reference: HubReference, cache: FilePath, content: HubContent)
    /// The cache has the revision, but not all of its files.
    case incomplete(reference: HubReference, snapshot: FilePath, file: String, content: HubContent)
    /// An abbreviated commit begins several.
    case ambiguous(reference: HubReference, commits: [String])
    /// What says which commit a revision is says something else.
    case noCommit(reference: HubReference, file: FilePath, found: String)
    /// A file of a snapshot lies outside of the repository's folder.
    case outside(reference: HubReference, file: FilePath, target: String)

    var message: String {
        switch self {
        case .unusable(let reference, let reason): "'\(reference)' names no repository of the Hugging Face Hub: \(reason)"
        case .notDownloaded(let reference, let cache, _): "\(reference) is not in the Hugging Face cache \(cache)"
        case .incomplete(let reference, let snapshot, let file, _):
            "\(reference) is in the Hugging Face cache, but \(file) is missing in \(snapshot)"
        case .ambiguous(let reference, let commits): "\(reference) may be any of the commits \(commits.joined(separator: ", "))"
        case .noCommit(let reference, let file, let found): "\(reference): \(file) should hold a commit, it holds '\(found)'"
        case .outside(let reference, let file, let target): "\(reference): \(file) leads out of the repository's folder, to \(target)"
        }
    }

    var remedy: String {
        switch self {
        case .unusable: "write \(HubReference.expected)"
        case .notDownloaded(let reference, _, let content), .incomplete(let reference, _, _, let content):
            "download it: \(reference.downloadCommand(for: content == .configuration ? .model : content))"
        case .ambiguous: "give more digits of the commit"
        case .noCommit, .outside: "remove the repository's folder from the cache and download it again"
        }
    }

    var exitStatus: ExitStatus {
        switch self {
        case .unusable: .configuration
        case .notDownloaded, .incomplete: .noInput
        case .ambiguous, .noCommit, .outside: .dataError
        }
    }
}
