import Analysis
import Statistics

/// Where a report's numbers come from.
public struct ReportedProvenance: Codable, Sendable, Equatable {
    /// The program's version.
    public var program: String?
    /// The hash of everything that decides numbers.
    public var planIdentity: String?
    /// The SHA-256 over all statistics.
    public var statisticsSHA256: String?
    /// The kernel family, as in the plan.
    public var kernels: String?
    /// The corpus: its path as configured.
    public var corpus: String?
    /// The corpus's content hash.
    public var corpusDigest: String?
    /// The models, the reference first.
    public var models: [ReportedModel]
    /// The unit that cross-products are rounded to, for instance "1/16".
    public var resolution: String?
    /// The error (root mean square) that the rounding makes in the correlation of the two columns that vary least.
    public var resolutionError: Double?
    /// What rounded activations do to correlations; nil where they are not rounded.
    public var roundingError: RoundingError?
    /// What a screened run says about itself; nil where all partners were followed.
    public var screening: ScreeningFinding?
    /// The kind of rotation: "gaussian" or "orthogonal".
    public var rotationKind: String?
    /// Rotation draws a layer.
    public var rotationDraws: Int?
    /// Neurons (as "model layer.neuron") whose activation never varied: their correlations are 0.
    public var zeroVariance: [String]
    /// How many there are, when `zeroVariance` lists only the first of them.
    public var zeroVarianceCount: Int
    /// The configuration file's text.
    public var configuration: String?
    /// Further facts, label and value.
    public var facts: [ReportedFact]

    /// What is known of a run's origin.
    public init(
        program: String? = nil, planIdentity: String? = nil, statisticsSHA256: String? = nil, kernels: String? = nil,
        corpus: String? = nil, corpusDigest: String? = nil, models: [ReportedModel] = [], resolution: String? = nil,
        resolutionError: Double? = nil, roundingError: RoundingError? = nil, screening: ScreeningFinding? = nil,
        rotationKind: String? = nil, rotationDraws: Int? = nil,
        zeroVariance: [String] = [], zeroVarianceCount: Int? = nil, configuration: String? = nil, facts: [ReportedFact] = []
    ) {
        self.program = program
        self.planIdentity = planIdentity
        self.statisticsSHA256 = statisticsSHA256
        self.kernels = kernels
        self.corpus = corpus
        self.corpusDigest = corpusDigest
        self.models = models
        self.resolution = resolution
        self.resolutionError = resolutionError
        self.roundingError = roundingError
        self.screening = screening
        self.rotationKind = rotationKind
        self.rotationDraws = rotationDraws
        self.zeroVariance = zeroVariance
        self.zeroVarianceCount = zeroVarianceCount ?? zeroVariance.count
        self.configuration = configuration
        self.facts = facts
    }
}
