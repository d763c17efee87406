import Analysis
import SystemPackage

/// What neurons do to attention heads by the paths between them alone.
public struct PathAblationReport: Codable, Sendable {
    /// The model.
    public let model: String
    /// Tokens that were read, in rows of `context` each.
    public let tokens, rows, context: Int
    /// The first position that was looked at.
    public let first: Int
    /// What was found, path by path.
    public let paths: [PathAblationFinding]
    /// Where the samples lie.
    public let folder: String
}
