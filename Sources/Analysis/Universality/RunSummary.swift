import Statistics

/// The headline figures of a run, `summary.json`.
public struct RunSummary: Codable, Sendable {
    /// What the run knows and the analysis does not.
    public struct Provenance: Codable, Sendable {
        /// The run's name.
        public var name: String
        /// The kernel family whose bits the numbers have.
        public var kernels: String
        /// SHA-256 of the list of SHA-256s of the decoded integers, one for each stratum and block, in plan order.
        public var statisticsSHA256: String
        /// The error that the resolution q makes in the correlation of the two columns that vary least, root mean square under the final
        /// deviations; nil when it is not known.
        public var resolutionError: Double?
        /// What rounded activations do to correlations; nil where they are not rounded.
        public var roundingError: RoundingError?
        /// The program's version.
        public var version: String
        /// How many layers apart layers were compared; nil for all.
        public var band: Int?

        /// States where a run's numbers come from.
        public init(
            name: String, kernels: String, statisticsSHA256: String, resolutionError: Double?, roundingError: RoundingError? = nil,
            version: String, band: Int? = nil
        ) {
            self.roundingError = roundingError
            self.name = name
            self.kernels = kernels
            self.statisticsSHA256 = statisticsSHA256
            self.resolutionError = resolutionError
            self.version = version
            self.band = band
        }
    }

    /// A count of neurons whose excess is above a threshold.
    public struct ThresholdCount: Codable, Sendable {
        /// The threshold.
        public var threshold: Double
        /// Neurons above it.
        public var count: Int
        /// The count in each layer of the reference.
        public var layers: [Int]
    }

    /// The baseline of one kind.
    public struct Baseline: Codable, Sendable {
        /// How rotations were drawn.
        public var kind: RotationKind
        /// How many for each layer.
        public var draws: Int
        /// The seed of the draws.
        public var seed: UInt64
        /// Mean over neurons of the mean baseline.
        public var mean: Estimate
        /// Mean over neurons of the excess.
        public var excess: Estimate
        /// The largest excess of a neuron.
        public var largestExcess: Double
        /// Neurons with excess above 0.3, 0.4 and 0.5.
        public var excessAbove: [ThresholdCount]
        /// Universal neurons against this baseline.
        public var universal: UniversalCount

        enum CodingKeys: String, CodingKey {
            case kind, draws, seed, mean, excess, universal
            case largestExcess = "largest_excess"
            case excessAbove = "excess_above"
        }
    }

    /// A model's shape.
    public struct Model: Codable, Sendable {
        /// The model's identifier.
        public var id: String
        /// How many layers it has.
        public var layers: Int
        /// How many neurons it has.
        public var neurons: Int
    }

    /// The run's name.
    public var name: String
    /// The program's version.
    public var version: String
    /// Counted tokens.
    public var tokens: Int
    /// Counted tokens of each replicate.
    public var replicateTokens: [Int]
    /// The ids of the models; the first is the reference.
    public var models: [String]
    /// The models' shapes.
    public var shapes: [Model]
    /// Neurons of the reference.
    public var neurons: Int
    /// The universal neurons.
    public var universal: UniversalCount
    /// Universal neurons in each layer of the reference.
    public var universalByLayer: [Int]
    /// Mean over neurons and other models of the highest correlation.
    public var meanMaxCorr: Estimate
    /// Baselines; the first is the one that excess refers to.
    public var baselines: [Baseline]
    /// Share of best matches in the same layer.
    public var sameLayerShare: Double
    /// Share of best matches at most one layer away.
    public var adjacentLayerShare: Double
    /// Reference layer × layer of the best match: for each other model, then (model null) their sum.
    public var layerMatches: [LayerMatches]
    /// The same of the universal neurons alone, summed over the other models; nil in results of earlier versions.
    public var universalLayerMatches: LayerMatches?
    /// How the universal neurons change with tokens.
    public var convergence: [ConvergencePoint]
    /// Neurons without variance of each model, by index.
    public var zeroVariance: [String: [Int]]
    /// The kernel family.
    public var kernels: String
    /// SHA-256 of the statistics.
    public var statisticsSHA256: String
    /// The error that the resolution makes in the correlation of the two columns that vary least, root mean square.
    public var resolutionError: Double?
    /// What rounded activations do to correlations; nil where they are not rounded.
    public var roundingError: RoundingError?
    /// How many layers apart layers were compared; nil for all.
    public var band: Int?
    /// Universality by domain; nil where domains are no strata, and where it was not analysed.
    public var domains: DomainSummary?
    /// What a screened run says about itself; nil where all partners were followed.
    public var screening: ScreeningFinding?
    /// The cliques of the reference's group; nil where not all pairs were compared.
    public var cliques: CliqueSummary?
    /// The other groups of models that were compared among themselves; nil without any.
    public var groups: [GroupOfModels]?
    /// The universal neurons at each step of training; nil for models without steps.
    public var steps: [StepCount]?
    /// The reference's neurons with a role, layer by layer; nil where its weights were not there, or have no unembedding.
    public var roles: RoleSummary?
    /// How close the weights of universal and of other neurons come to another neuron's; nil where the weights were not there.
    public var antipodes: AntipodeSummary?
    /// The moments of pre-activations; nil where none are kept.
    public var moments: MomentSummary?
    /// What the columns are that stand in the place of neurons everywhere here; nil where they are neurons.
    public var columns: String?
    /// What the results do without; nil where they are of all shards of the plan, and in results of earlier versions.
    public var incomplete: Incompleteness?

    enum CodingKeys: String, CodingKey {
        case name, version, tokens, models, shapes, neurons, universal, baselines, convergence, kernels, band, screening, cliques
        case groups, steps, domains, roles, antipodes, moments, columns, incomplete
        case replicateTokens = "replicate_tokens"
        case universalByLayer = "universal_by_layer"
        case meanMaxCorr = "mean_max_corr"
        case sameLayerShare = "same_layer_share"
        case adjacentLayerShare = "adjacent_layer_share"
        case layerMatches = "layer_matches"
        case universalLayerMatches = "universal_layer_matches"
        case zeroVariance = "zero_variance"
        case statisticsSHA256 = "statistics_sha256"
        case resolutionError = "resolution_error"
        case roundingError = "rounding_error"
    }

    /// What is known of the universal fraction's standard error.
    public var standardError: StandardErrorFinding { StandardErrorFinding(universal.standardError, resolution: errorResolution) }

    /// The ids of the models that were compared among themselves, each group with its reference first, that of the run's reference first.
    public var modelGroups: [[String]] { [models] + (groups ?? []).map(\.models) }

    /// The smallest standard error of the universal fraction that the replicates can show; nil where there is none.
    public var errorResolution: Double? { universal.countErrorResolution.map { $0 / Double(max(1, neurons)) } }

    /// The headline figures of a result.
    public init(_ result: UniversalityResult, domains: DomainComparison? = nil, provenance: Provenance) {
        let shapes = [result.reference] + result.matches.map(\.model)
        func byLayer(_ isCounted: (Int) -> Bool) -> [Int] {
            var counts = Array(repeating: 0, count: result.reference.layers)
            for i in 0..<result.reference.neurons where isCounted(i) { counts[result.reference.position(of: i).layer] += 1 }
            return counts
        }
        name = provenance.name
        version = provenance.version
        tokens = result.tokens
        replicateTokens = result.replicateTokens
        models = shapes.map(\.id)
        self.shapes = shapes.map { Model(id: $0.id, layers: $0.layers, neurons: $0.neurons) }
        neurons = result.reference.neurons
        universal = result.universal
        universalByLayer = byLayer { result.isUniversal[$0] }
        meanMaxCorr = result.meanCorrelation
        baselines = result.baselines.map { baseline in
            Baseline(
                kind: baseline.kind, draws: result.configuration.rotations.draws, seed: result.configuration.rotations.seed,
                mean: baseline.meanBaseline, excess: baseline.meanExcess, largestExcess: baseline.excess.max() ?? 0,
                excessAbove: [0.3, 0.4, 0.5].map { threshold in
                    let layers = byLayer { baseline.excess[$0] > threshold }
                    return ThresholdCount(threshold: threshold, count: layers.reduce(0, +), layers: layers)
                }, universal: baseline.universal)
        }
        let total = result.layerMatchesTotal
        sameLayerShare = total.share(within: 0)
        adjacentLayerShare = total.share(within: 1)
        layerMatches = result.layerMatches + [total]
        universalLayerMatches = result.layerMatchesOfUniversal
        convergence = result.convergence.points
        zeroVariance = result.zeroVariance
        kernels = provenance.kernels
        statisticsSHA256 = provenance.statisticsSHA256
        resolutionError = provenance.resolutionError
        roundingError = provenance.roundingError
        band = provenance.band
        screening = result.screening
        self.domains = domains.map { DomainSummary($0) }
    }
}
