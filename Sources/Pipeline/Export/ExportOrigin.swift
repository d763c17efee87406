import Analysis
import Storage

/// Which results an exported table of neurons is of.
public struct ExportOrigin: Codable, Sendable, Equatable {
    /// The version of the program that wrote the table.
    public var program: String
    /// The run's name.
    public var run: String
    /// The identity of the run's plan.
    public var plan: Digest
    /// The plan's budget in raw tokens, which its identity does not hold.
    public var budget: Int
    /// SHA-256 of the run's statistics, as in `summary.json`.
    public var statisticsSHA256: String
    /// Counted tokens.
    public var tokens: Int
    /// The content hash of the model whose neurons these are.
    public var reference: Digest
    /// What the results do without; nil for complete ones.
    public var incomplete: Incompleteness?

    enum CodingKeys: String, CodingKey {
        case program, run, plan, budget, tokens, reference, incomplete
        case statisticsSHA256 = "statistics_sha256"
    }
}
