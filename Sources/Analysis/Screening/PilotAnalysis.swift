import Statistics

/// What the pilot of a screened run says: the candidates, how far its correlations can be trusted, and the random baseline.
///
/// The pilot is a run of its own, analysed as any other; its groups' summaries are merged here in any order.
public struct PilotAnalysis: Sendable {
    private var merger: UniversalityMerger
    /// The rule that the candidates follow.
    public let rule: CandidateRule

    /// Begins with the summaries of no group.
    ///
    /// - Parameter configuration: what the summaries were asked for, with a tail of at least the rule's limit.
    /// - Throws: an `AnalysisError` when the configuration does not fit the layout.
    public init(
        layout: StatisticsLayout, replicates: Int, configuration: UniversalityConfiguration, rule: CandidateRule
    ) throws {
        merger = try UniversalityMerger(layout: layout, replicates: replicates, configuration: configuration)
        self.rule = rule
    }

    /// The groups whose summaries are needed.
    public var groups: [Int] { merger.groups }

    /// Takes a summary in.
    ///
    /// - Throws: `AnalysisError.foreignSummary`.
    public mutating func add(_ summary: GroupSummary) throws { try merger.add(summary) }

    /// Counted tokens of the pilot, and of each of its replicates.
    public var tokens: Int { replicateTokens.reduce(0, +) }

    private var replicateTokens: [Int] { merger.replicateTokens }
    private var plan: UniversalityPlan { merger.plan }

    /// The largest rotated correlations of the reference's neurons with another model, `[matrices, sets, neurons]`.
    func rotatedMaxima(model: Int) -> [Float] { merger.references[model].rotatedMaxima }

    /// The neurons of a model without variance on the pilot, by index.
    func silent(_ model: String) -> Set<Int32> { merger.zeroVariance[model] ?? [] }

    // MARK: - How far correlations can be trusted

    /// The same for all other models, `[models][neurons]`.
    private func spreads() -> [[Double]] { plan.others.indices.map { spreads(model: $0) } }

    /// The standard error of Fisher's z of each reference neuron's best correlation with another model.
    ///
    /// Were tokens independent and activations normal, it would be 1/√(n − 3). Neither is so. The jackknife over the pilot's replicates says by
    /// what the variance is larger; of one neuron it says so with few degrees of freedom, so the mean over all neurons is taken, and where a
    /// neuron's own is larger, its own; never less than 1.
    func spreads(model: Int) -> [Double] {
        let neurons = plan.reference.neurons
        let size = Double(max(1, tokens - 3))
        guard let jackknife = Jackknife(sizes: replicateTokens) else {
            return Array(repeating: 1 / size.squareRoot(), count: neurons)
        }
        let leaveOneOut = plan.design.leaveOneOut
        let reference = merger.references[model]
        let factors = (0..<neurons).map { i in
            size
                * jackknife.variance(of: FisherTransform.z(Double(reference.maximum(set: 0, neuron: i)))) {
                    FisherTransform.z(Double(reference.maximum(set: leaveOneOut[$0], neuron: i)))
                }
        }
        let mean = max(1, factors.reduce(0, +) / Double(max(1, neurons)))
        return factors.map { (max(mean, $0) / size).squareRoot() }
    }

    /// The smallest of a model's spreads, that of its pooled neurons: what is taken where a neuron has no jackknife of its own.
    private func pooledSpread(_ spreads: [[Double]], model: Int?) -> Double {
        if let model { return spreads[model].min() ?? 0 }
        return spreads.compactMap { $0.min() }.max() ?? 0
    }

    /// How much higher the mean baseline is than over endless tokens, by the jackknife: the correlations of few tokens spread more, and so do
    /// their maxima. Nil where a replicate is empty.
    ///
    /// The jackknife takes the bias to fall as 1 / n. Of activations with heavy tails it falls more slowly: against the demo's 380,000 tokens the
    /// baselines of 49,000 and of 98,000 were too high by twice the estimate.
    public var baselineBias: Double? {
        guard let jackknife = Jackknife(sizes: replicateTokens) else { return nil }
        let (leaveOneOut, draws) = (plan.design.leaveOneOut, plan.configuration.rotations.draws)
        func mean(_ set: Int) -> Double {
            var sum = 0.0
            for reference in merger.references {
                for draw in 0..<draws {
                    for neuron in 0..<plan.reference.neurons {
                        sum += Double(reference.rotatedMaximum(matrix: draw, set: set, neuron: neuron))
                    }
                }
            }
            return sum / Double(max(1, merger.references.count * draws * plan.reference.neurons))
        }
        return jackknife.bias(of: mean(0)) { mean(leaveOneOut[$0]) }
    }

    // MARK: - Candidates

    /// The candidates of each compared pair of models: first of the earlier one's neurons, then of the later one's.
    ///
    /// - Throws: `AnalysisError.missingSummaries` when a group has not come.
    public func candidates() throws -> [CandidateList] {
        try merger.checkComplete()
        let spreads = spreads()
        return merger.pairs.flatMap { pair in
            let model = pair.earlier == plan.reference ? plan.others.firstIndex(of: pair.later) : nil
            let pooled = pooledSpread(spreads, model: model)
            return [
                list(pair.highest.rows, of: pair.earlier, in: pair.later) { neuron in model.map { spreads[$0][neuron] } ?? pooled },
                list(pair.highest.columns, of: pair.later, in: pair.earlier) { _ in pooled },
            ]
        }
    }

    private func list(
        _ tail: PartnerTail, of model: ModelShape, in other: ModelShape, spread: (Int) -> Double
    ) -> CandidateList {
        let strengths = tail.values.map(plan.configuration.strength(of:))
        let counts = (0..<tail.neurons).map { neuron in
            let places = neuron * tail.length..<(neuron + 1) * tail.length
            let known = tail.partners[places].prefix { $0 >= 0 }.count
            return rule.count(of: strengths[places].prefix(known), spread: spread(neuron))
        }
        let length = counts.max() ?? 0
        var partners = [Int32](repeating: -1, count: tail.neurons * length)
        for (neuron, count) in counts.enumerated() {
            for place in 0..<count { partners[neuron * length + place] = tail.partners[neuron * tail.length + place] }
        }
        return CandidateList(source: model.id, partnerSource: other.id, length: length, partners: partners)
    }
}
