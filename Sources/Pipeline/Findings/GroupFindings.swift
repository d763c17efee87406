import Analysis
import Statistics
import Storage

/// Everything that one column group contributes to a run's results (DESIGN, idea 6): made where its statistics lie, merged in the run's
/// folder by ``RunFindings``.
public struct GroupFindings: Sendable {
    /// What is known of findings without reading them.
    public struct Header: Codable, Hashable, Sendable {
        /// The group's index in the layout.
        public let group: Int
        /// What they were made of.
        public let origin: FindingsOrigin
        /// The digests of the group's blocks, `[blocks, strata]`, blocks in plan order.
        public let digests: [Digest]
        /// How little the group's columns vary; nil for a group without within-layer block.
        public let spread: ColumnSpread?
        /// Where the correlations are.
        public let matrices: MatricesPlace
    }

    /// What is known of them in short.
    public let header: Header
    /// What universality needs of the group; nil for the reference's groups and for the feature bank.
    public let universality: GroupSummary?
    /// What universality by domain needs of the group, a part for each domain that is analysed, nil for one without tokens; empty for groups
    /// that are not compared with the run's reference, and where domains are not analysed.
    public let domains: [DomainPart?]
    /// What the feature bank says about the reference's neurons; nil for every other group.
    public let explanations: FeatureExplanations?
    /// What it says about the neurons of the other models; empty for every other group, and where the plan has features of the reference alone.
    public let otherExplanations: [ModelExplanations]

    /// Findings of one group.
    public init(
        header: Header, universality: GroupSummary?, domains: [DomainPart?] = [], explanations: FeatureExplanations?,
        otherExplanations: [ModelExplanations] = []
    ) {
        self.header = header
        self.universality = universality
        self.domains = domains
        self.explanations = explanations
        self.otherExplanations = otherExplanations
    }
}
