import Statistics
import Storage

/// Raises the token budget of a run: more shards, only those are computed.
///
/// The draw is a fixed order of the corpus of which a budget takes a beginning, so the result equals a fresh run of that budget with the
/// same seed and shard size, to the bit.
public struct ExtendRun {
    /// The run.
    public let folder: RunFolder
    /// The new budget.
    public let tokens: TokenBudget
    /// Threads, progress, a way to be stopped.
    public let context: JobContext

    /// An extension of a run to a new budget.
    public init(folder: RunFolder, tokens: TokenBudget, context: JobContext) {
        self.folder = folder
        self.tokens = tokens
        self.context = context
    }

    /// Computes the shards that the new budget adds.
    ///
    /// - Parameter use: what is done with the statistics, such as the analysis; the run stays this process's until it is over.
    /// - Returns: what `use` gives.
    /// - Throws: as `RunJob.run`; `PipelineError.planMissing` where there is no run, `.nothingToExtend`.
    public func run<Result>(_ use: (PlannedRun) throws -> Result) throws -> Result {
        let configuration = try RunPlan.read(folder.plan).configuration(extendedTo: tokens, in: folder)
        return try RunJob(configuration: configuration, folder: folder, context: context).run(use)
    }

    /// Computes the shards that the new budget adds.
    ///
    /// - Throws: as `run(_:)`.
    public func run() throws -> PlannedRun { try run { $0 } }
}

extension RunPlan {
    /// The configuration of a run with a larger budget, or the same one.
    ///
    /// - Throws: `PipelineError.nothingToExtend` for a smaller one, before anything is opened or computed.
    public func configuration(extendedTo tokens: TokenBudget, in folder: RunFolder) throws -> Configuration {
        var extended = configuration
        extended.tokens = tokens
        let corpus = numbers.corpus
        let asked = extended.windows(windowRows: corpus.windowRows, context: corpus.context, corpusRows: corpus.rows)
        guard asked >= windows else {
            throw PipelineError.nothingToExtend(folder: folder.path, planned: self.tokens, asked: "\(tokens)")
        }
        return extended
    }
}
