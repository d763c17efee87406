/// The candidates for entropy neurons of a model, the controls, and how much of each neuron's output the unembedding does not see.
public struct EntropyFindings: Sendable {
    /// The cuts by quantiles.
    public let cuts: EntropyCuts
    /// Candidates by quantiles, the smallest effect on the vocabulary first; then those by a preset only, in the same order; then
    /// token-frequency neurons that are neither.
    public let candidates: [EntropyNeuron]
    /// Random neurons of the last two layers that are nothing of the kind, in order.
    public let controls: [EntropyNeuron]
    /// ‖U₀ᵀ w_out‖ / ‖w_out‖ of every neuron of the model, `[neurons]`.
    public let nullFractions: [Double]
    /// How far each neuron moves logits along token frequencies; nil where these are not known.
    public let frequencies: FrequencyAlignment?
    /// The unembedding's null space.
    public let nullSpace: NullSpace
    /// The fraction that all but one in a thousand random directions stay below.
    public let randomFraction: Double

    /// The entropy neurons among the candidates.
    public var entropyNeurons: [EntropyNeuron] { candidates.filter(\.isEntropyNeuron) }

    /// How many controls there are unless something else is said.
    public static let usualControls = 20
    /// The share of random directions that an entropy neuron exceeds.
    static let randomShare = 0.999

    /// Chooses candidates and controls.
    ///
    /// - Parameters:
    ///   - frequencies: what token frequencies say of the same neurons, where they are known.
    ///   - controls: how many; fewer where fewer qualify.
    ///   - seed: of the choice of controls.
    public init(
        _ figures: EntropyFigures, _ space: NeuronNullSpace, frequencies: FrequencyAlignment? = nil, controls: Int = usualControls,
        seed: UInt64 = 0
    ) {
        let (nullFractions, nullSpace, randomFraction) = (space.fractions, space.nullSpace, space.randomFraction)
        let cuts = EntropyCuts(within: figures)
        let frequent = Set(frequencies?.neurons ?? [])
        // A preset is for a model of its depth: elsewhere its layers are others.
        let presets = EntropyPreset.allCases.filter { $0.cuts.firstLayer == figures.lastTwoLayers }
        func neuron(_ index: Int, _ kind: EntropyNeuron.Kind) -> EntropyNeuron {
            EntropyNeuron(
                index: index, layer: figures.layer(of: index), neuron: figures.number(of: index), kind: kind,
                penalty: figures.penalty[index], variance: figures.variance[index], kurtosis: figures.kurtosis[index],
                activationKurtosis: figures.activationKurtosis?[index] ?? .nan, nullFraction: nullFractions[index],
                isEntropyNeuron: [.candidate, .preset].contains(kind) && nullFractions[index] > randomFraction,
                frequencyCorrelation: frequencies?.correlations[index] ?? .nan, isFrequencyNeuron: frequent.contains(index),
                presets: EntropyPreset.allCases.filter { $0.cuts.admit(index, of: figures) })
        }
        func sorted(_ neurons: [EntropyNeuron]) -> [EntropyNeuron] {
            neurons.sorted { ($0.variance, $0.index) < ($1.variance, $1.index) }
        }
        let all = 0..<figures.neurons
        let quantile = all.filter { cuts.admit($0, of: figures) }
        let chosen = Set(quantile)
        let literal = all.filter { index in !chosen.contains(index) && presets.contains { $0.cuts.admit(index, of: figures) } }
        self.cuts = cuts
        let others = frequent.filter { !chosen.contains($0) && !literal.contains($0) }
        candidates =
            sorted(quantile.map { neuron($0, .candidate) }) + sorted(literal.map { neuron($0, .preset) })
            + sorted(others.map { neuron($0, .frequency) })
        let eligible = EntropyControls.eligible(among: figures).filter {
            !chosen.contains($0) && !literal.contains($0) && !frequent.contains($0)
        }
        self.controls = EntropyControls.chosen(controls, of: eligible, seed: seed).map { neuron($0, .control) }
        self.nullFractions = nullFractions
        self.frequencies = frequencies
        self.nullSpace = nullSpace
        self.randomFraction = randomFraction
    }
}
