import Analysis
import Models
import Pipeline
import Storage

extension ReportContent {
    /// Adds the candidates for entropy neurons and their controls, from the files that the analysis has left.
    ///
    /// - Throws: errors of the files.
    mutating func addEntropy(in folder: RunFolder) throws {
        guard let table = try NeuronTableFile(ifThere: folder.entropy) else { return }
        let (kinds, areEntropy, areUniversal) = try (table.texts(of: "kind"), table.marks(of: "entropy"), table.marks(of: "universal"))
        let figures = try ["null_fraction", "l2_penalty", "vocab_var", "vocab_kurt"].map(table.figures)
        let arrays = Folder.holdsFile(folder.nullSpace) ? try NumpyArchive.read(folder.nullSpace) : [:]
        entropy = ReportedEntropy(
            neurons: table.neurons.enumerated().map { row, place in
                ReportedEntropy.Neuron(
                    layer: place.layer, neuron: place.neuron, kind: kinds[row] ?? "", isEntropyNeuron: areEntropy[row],
                    isUniversal: areUniversal[row], nullFraction: figures[0][row], penalty: figures[1][row], variance: figures[2][row],
                    kurtosis: figures[3][row])
            }, randomFraction: try arrays["random_fraction"]?.values(as: Double.self).first,
            dimensions: arrays["null_singular_values"]?.count)
    }

    /// Adds what fixing the activations of these neurons does, entropy neurons first; of several answers about one neuron the one that has a
    /// frozen norm too, or else the one over most tokens.
    ///
    /// - Parameter limit: of how many neurons.
    mutating func add(_ answers: [InterventionSummary], limit: Int) {
        guard let neurons = entropy?.neurons else { return }
        let ordered = neurons.filter(\.isEntropyNeuron) + neurons.filter { !$0.isEntropyNeuron }
        entropy?.responses = Array(
            ordered.lazy.compactMap { [reference] neuron in
                answers.filter { $0.model == reference }.compactMap { ReportedResponse($0, layer: neuron.layer, neuron: neuron.neuron) }
                    .max { $0.rank.lexicographicallyPrecedes($1.rank) }
            }.prefix(max(0, limit)))
    }
}

extension ReportedResponse {
    /// The measures that are shown, in this order.
    private static let shown: [PredictionMeasures.Kind] = [.loss, .entropy, .reciprocalRank, .scale]

    /// What an answer says of fixing a neuron's activation to values behind the nonlinearity; nil where it says nothing of that.
    init?(_ answer: InterventionSummary, layer: Int, neuron: Int) {
        let effects = answer.conditions.filter { effect in
            let (condition, intervention) = (effect.condition, effect.condition.intervention)
            return condition.layer == layer && condition.neuron == neuron && intervention.kind == .fixed && intervention.place == .post
        }
        func points(_ measure: PredictionMeasures.Kind, _ frozen: FrozenPart) -> [Point] {
            effects.filter { $0.condition.frozen == frozen }.compactMap { effect in
                guard let value = effect.condition.intervention.value, let figure = effect[measure], let change = figure.change
                else { return nil }
                return Point(value: Double(value), mean: ReportedFigure(figure.mean), change: ReportedFigure(change))
            }.sorted { $0.value < $1.value }
        }
        let measures = Self.shown.compactMap { measure in
            answer.unmodified[measure.rawValue].map { unmodified in
                Measure(
                    name: measure.rawValue, unmodified: ReportedFigure(unmodified.mean), normal: points(measure, .nothing),
                    frozen: points(measure, .norm))
            }
        }
        guard measures.contains(where: { !$0.normal.isEmpty || !$0.frozen.isEmpty }) else { return nil }
        self.init(layer: layer, neuron: neuron, rows: answer.rows, tokens: answer.tokens, measures: measures)
    }

    /// How much it says, what counts most first.
    fileprivate var rank: [Int] {
        let (normal, frozen) = (measures.map(\.normal.count).max() ?? 0, measures.map(\.frozen.count).max() ?? 0)
        return [normal > 0 && frozen > 0 ? 1 : 0, tokens, normal + frozen]
    }
}

extension ReportedFigure {
    /// A mean over tokens, with its standard error over rows.
    init(_ estimate: Estimate) { self.init(estimate.value, standardError: estimate.standardError) }
}
