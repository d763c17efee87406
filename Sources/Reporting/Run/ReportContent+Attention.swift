import Analysis
import Models
import Pipeline
import Storage

extension ReportContent {
    /// Adds the neurons and heads with the largest scores, from the files that the analysis has left.
    ///
    /// - Parameter limit: how many.
    /// - Throws: errors of the files.
    mutating func addAttention(in folder: RunFolder, limit: Int) throws {
        guard let table = try NeuronTableFile(ifThere: folder.attention) else { return }
        let (effects, areUniversal) = try (table.texts(of: "effect"), table.marks(of: "universal"))
        let figures = try ["head_layer", "head", "score", "cosine"].map(table.figures)
        let path = folder.attentionScores.appending(AttentionArchive.headsName)
        let arrays = Folder.holdsFile(path) ? try NumpyArchive.read(path) : [:]
        let shape = arrays["null_quantiles"]?.shape ?? []
        let quantiles = try arrays["null_quantiles"]?.values(as: Double.self) ?? []
        func null(_ layer: Int, _ head: Int) -> ClosedRange<Double>? {
            guard shape.count == 3, shape[2] > 1, (0..<shape[0]).contains(layer), (0..<shape[1]).contains(head) else { return nil }
            let first = (layer * shape[1] + head) * shape[2]
            let (low, high) = (quantiles[first], quantiles[first + shape[2] - 1])
            return low <= high ? low...high : nil
        }
        let pairs = table.neurons.enumerated().prefix(max(0, limit)).compactMap { row, place -> ReportedAttention.Pair? in
            guard let layer = figures[0][row].flatMap({ Int(exactly: $0) }), let head = figures[1][row].flatMap({ Int(exactly: $0) }),
                let score = figures[2][row], let cosine = figures[3][row]
            else { return nil }
            return ReportedAttention.Pair(
                layer: place.layer, neuron: place.neuron, headLayer: layer, head: head, effect: effects[row],
                isUniversal: areUniversal[row], score: score, cosine: cosine, null: null(layer, head))
        }
        attention = ReportedAttention(pairs: pairs, threshold: try arrays["threshold"]?.values(as: Double.self).first)
    }

    /// Adds what ablations of paths have measured, the largest |score| first; of several about one path the one over most tokens.
    ///
    /// - Parameter limit: of how many paths.
    mutating func add(_ reports: [PathAblationReport], limit: Int) {
        guard attention != nil else { return }
        func place(_ pair: NeuronHead) -> [Int] { [pair.layer, pair.neuron, pair.headLayer, pair.head] }
        let ordered = PathAblationReport.shown(of: reports, model: reference).sorted { first, second in
            let scores = (abs(first.path.score ?? 0), abs(second.path.score ?? 0))
            return scores.0 != scores.1 ? scores.0 > scores.1 : place(first.path.pair).lexicographicallyPrecedes(place(second.path.pair))
        }
        attention?.ablations = ordered.prefix(max(0, limit)).map { tokens, path in
            ReportedAttention.Ablation(
                layer: path.pair.layer, neuron: path.pair.neuron, headLayer: path.pair.headLayer, head: path.pair.head, tokens: tokens,
                samples: path.samples, activation: path.activation, attention: path.attention,
                attentionChange: ReportedAttention.Ablation.Change(path.attentionChange),
                normShare: ReportedAttention.Ablation.Change(path.normShare))
        }
    }
}

extension ReportedAttention.Ablation.Change {
    /// A change that was measured.
    fileprivate init(_ change: PathAblationFinding.Change) {
        self.init(mean: change.mean, pearson: change.pearson, spearman: change.spearman)
    }
}
