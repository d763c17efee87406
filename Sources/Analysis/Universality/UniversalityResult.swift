/// The outcome of the universality analysis. Arrays over neurons are in the reference's order: layer · d_mlp + neuron.
public struct UniversalityResult: Sendable {
    /// What was asked for.
    public var configuration: UniversalityConfiguration
    /// The model whose neurons are judged.
    public var reference: ModelShape
    /// Counted tokens in all.
    public var tokens: Int
    /// Counted tokens of each replicate.
    public var replicateTokens: [Int]
    /// Best partners in each other model.
    public var matches: [ModelMatches]
    /// The largest of the best correlations over the other models, `[neurons]`.
    public var maximum: [Double]
    /// Their mean.
    public var mean: [Double]
    /// Their minimum.
    public var minimum: [Double]
    /// Standard error of the mean, `[neurons]`; nil where there is none.
    public var meanStandardError: [Double]?
    /// The mean of the neurons' mean correlation.
    public var meanCorrelation: Estimate
    /// The baselines, one for each kind of rotation; excess and universal neurons refer to the first.
    public var baselines: [BaselineColumns]
    /// Whether a neuron's excess is above the threshold, `[neurons]`.
    public var isUniversal: [Bool]
    /// How the universal neurons change with tokens.
    public var convergence: Convergence
    /// Layers of the best partners, for each other model.
    public var layerMatches: [LayerMatches]
    /// The pairs' summaries.
    public var pairs: [PairSummary]
    /// The neurons without variance of each model, by index; their correlations are 0.
    public var zeroVariance: [String: [Int]]
    /// What a screened run says about itself; nil where all partners were followed. Then the pairs' summaries have their highest ends only.
    public var screening: ScreeningFinding?

    /// The baseline that excess is measured against.
    public var baseline: BaselineColumns { baselines[0] }

    /// Mean correlation less mean baseline, `[neurons]`.
    public var excess: [Double] { baseline.excess }

    /// How many neurons are universal.
    public var universal: UniversalCount { baseline.universal }

    /// The layers of the best partners, summed over the other models.
    public var layerMatchesTotal: LayerMatches { .sum(layerMatches) }

    /// The same of the universal neurons alone: at which depth their partners lie.
    public var layerMatchesOfUniversal: LayerMatches {
        .sum(
            matches.map { match in
                var counts = Array(repeating: Array(repeating: 0, count: match.model.layers), count: reference.layers)
                for neuron in 0..<reference.neurons where isUniversal[neuron] && match.partner[neuron] >= 0 {
                    counts[reference.position(of: neuron).layer][match.model.position(of: Int(match.partner[neuron])).layer] += 1
                }
                return LayerMatches(model: match.model.id, counts: counts)
            })
    }
}
