import Analysis
import Models
import Statistics
import Storage

/// What an analysis has found, and where the statistics lie that a report takes examples from.
public struct AnalysisOutcome: Sendable {
    /// The plan.
    public let plan: RunPlan
    /// The run's files.
    public let folder: RunFolder
    /// Universality.
    public let result: UniversalityResult
    /// Universality by domain; nil where domains are no strata, and where it was not analysed.
    public let domains: DomainComparison?
    /// The best feature of each neuron of the reference; nil without features.
    public let explanations: FeatureExplanations?
    /// The same of the other models' neurons; empty where features are of the reference alone.
    public let otherExplanations: [ModelExplanations]
    /// The headline figures, as written.
    public let summary: RunSummary
    /// What the resolution does to correlations.
    public let resolutionError: ResolutionError
    /// The statistics that were analysed.
    public let snapshot: StoreSnapshot
    /// What the plan asks for and the statistics lack; empty for a complete run.
    public let missing: [String]
    /// By what the results are known to whoever finds them unchanged (`AnalyzeRun.kept`); nil where they are not the whole run's, or its
    /// statistics are elsewhere.
    public let origin: Digest?
    /// Keeps the results from other analyses until the report that is made of this one is written.
    let lock: FolderLock

    /// The strongest examples of the neurons of a layer of the reference.
    ///
    /// - Throws: `StatisticsError`.
    public func examples(ofLayer layer: Int) throws -> ExampleList? {
        let layout = snapshot.shape.layout
        guard let source = layout.sources.first else { return nil }
        let groups = layout.groups(of: source)
        guard groups.indices.contains(layer) else { return nil }
        return try snapshot.examples(of: groups[layer], strata: plan.numbers.corpus.strata)
    }
}
