import Pipeline

/// Everything that a report shows, as numbers and strings: how they were computed is no matter of this module.
///
/// Figures that were not computed are `nil` or empty; the page then leaves the part out and says why.
public struct ReportContent: Codable, Sendable, Equatable {
    /// The run's name.
    public var name: String
    /// The reference model's id.
    public var reference: String
    /// The ids of the other models, in plan order.
    public var others: [String]
    /// What the columns are called that are counted here: neurons, or directions in their place.
    public var columns: ColumnNames
    /// Neurons of the reference model.
    public var neuronCount: Int
    /// How many neurons are universal, with its standard error.
    public var universal: ReportedFigure
    /// A neuron is universal when its excess correlation is above this.
    public var threshold: Double
    /// Tokens counted in the statistics (those that the mask left).
    public var tokens: Int
    /// Raw tokens that were read for them; `nil` when not known.
    public var rawTokens: Int?
    /// Raw tokens in the whole corpus, the largest budget possible; `nil` when not known.
    public var corpusTokens: Int?
    /// The replicates that the error bars rest on.
    public var replicates: Int
    /// Every neuron's figures, for distributions.
    public var population: ReportedPopulation
    /// One entry a layer of the reference model, from the first.
    public var layers: [ReportedLayer]
    /// In which layer the best partners lie; `nil` when not computed.
    public var matches: ReportedMatches?
    /// Universality by domain, in the corpus's order; empty where domains are no strata.
    public var domains: [ReportedDomain]
    /// Families of neurons by their best-explaining feature; empty without features.
    public var families: [ReportedFamily]
    /// The neurons' roles; `nil` where none are known.
    public var roles: ReportedRoles?
    /// Why there are none, in a sentence.
    public var rolesAbsence: String?
    /// The candidates for entropy neurons; `nil` where none are known.
    public var entropy: ReportedEntropy?
    /// The neurons that may switch attention heads; `nil` where none are known.
    public var attention: ReportedAttention?
    /// Where universal neurons stand within their layers, and others; `nil` where nothing is known of weights.
    public var contrasts: ReportedContrasts?
    /// The neurons of the table, in any order; see `NeuronSelection` for which to take.
    public var neurons: [ReportedNeuron]
    /// The universal count over prefixes of the replicates, fewest tokens first.
    public var convergence: [ReportedConvergencePoint]
    /// The standard error of the universal count at these tokens as all points of the convergence together suggest it, for the forecast of
    /// budgets; `nil`: that of `universal` is taken.
    public var pooledError: Double?
    /// Further tables, each a section of its own.
    public var tables: [ReportedTable]
    /// How it was made.
    public var provenance: ReportedProvenance
    /// What a reader must know before the figures: a part that is missing, kernels that differ. One sentence each.
    public var notices: [String]

    /// A report's content; what is not given is not shown.
    public init(
        name: String, reference: String, others: [String], columns: ColumnNames = ColumnNames(), neuronCount: Int,
        universal: ReportedFigure, threshold: Double, tokens: Int,
        rawTokens: Int? = nil, corpusTokens: Int? = nil, replicates: Int, population: ReportedPopulation, layers: [ReportedLayer] = [],
        matches: ReportedMatches? = nil, domains: [ReportedDomain] = [], families: [ReportedFamily] = [],
        roles: ReportedRoles? = nil, rolesAbsence: String? = nil, entropy: ReportedEntropy? = nil,
        attention: ReportedAttention? = nil, contrasts: ReportedContrasts? = nil, neurons: [ReportedNeuron] = [],
        convergence: [ReportedConvergencePoint] = [], pooledError: Double? = nil, tables: [ReportedTable] = [],
        provenance: ReportedProvenance = ReportedProvenance(), notices: [String] = []
    ) {
        self.name = name
        self.reference = reference
        self.others = others
        self.columns = columns
        self.neuronCount = neuronCount
        self.universal = universal
        self.threshold = threshold
        self.tokens = tokens
        self.rawTokens = rawTokens
        self.corpusTokens = corpusTokens
        self.replicates = replicates
        self.population = population
        self.layers = layers
        self.matches = matches
        self.domains = domains
        self.families = families
        self.roles = roles
        self.rolesAbsence = rolesAbsence
        self.entropy = entropy
        self.attention = attention
        self.contrasts = contrasts
        self.neurons = neurons
        self.convergence = convergence
        self.pooledError = pooledError
        self.tables = tables
        self.provenance = provenance
        self.notices = notices
    }

    /// Whether rounding to the resolution moves the worst correlation by more than sampling does, 1/√tokens.
    var isRoundingAboveNoise: Bool {
        provenance.resolutionError.map { tokens > 0 && $0 * Double(tokens).squareRoot() > 1 } ?? false
    }
}
