import Models
import Storage
import SystemPackage

/// `features.csv`: the neuron of the reference that each feature explains best, one row a feature, in the order of the bank.
///
/// After the feature's name and family comes `vocabulary_tokens`, for how many tokens of the vocabulary it holds (empty where no token decides:
/// positions, domains, a tagger's labels). Then `layer` and `neuron`, `corr`, their correlation with its sign, `score`, its square, and whether
/// the neuron is universal; all empty for a feature that correlates with no neuron. Where other models are explained too, follow for each of
/// them `b_layer`, `b_neuron` and `b_corr`: the neuron of model b that the feature explains best.
public struct FeatureNeuronTable: Sendable {
    private let explanations: FeatureExplanations
    private let vocabularyTokens: [Int?]
    private let others: [ModelExplanations]
    private let isUniversal: @Sendable (FeatureNeuron) -> Bool

    /// The table of what a feature bank says.
    ///
    /// - Parameters:
    ///   - vocabularyTokens: `[features]`.
    ///   - others: what it says about the models beside the reference.
    ///   - isUniversal: whether a neuron is universal.
    /// - Throws: `AnalysisError.sizeMismatch` when there are not as many of the features' neurons or tokens as features.
    public init(
        _ explanations: FeatureExplanations, vocabularyTokens: [Int?], others: [ModelExplanations] = [],
        isUniversal: @escaping @Sendable (FeatureNeuron) -> Bool
    ) throws {
        let counts = [explanations.bestNeurons.count, vocabularyTokens.count] + others.map(\.explanations.bestNeurons.count)
        for count in counts where count != explanations.features.count {
            throw AnalysisError.sizeMismatch(what: "features", expected: explanations.features.count, found: count)
        }
        (self.explanations, self.vocabularyTokens, self.isUniversal) = (explanations, vocabularyTokens, isUniversal)
        self.others = others
    }

    private var columns: [String] {
        ["feature", "family", "vocabulary_tokens", "layer", "neuron", "corr", "score", "universal"]
            + others.flatMap { other in ["layer", "neuron", "corr"].map { "\(other.model)_\($0)" } }
    }

    /// Writes the table in one step.
    ///
    /// - Throws: a `StorageError`.
    public func write(to path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        try DurableFile.replace(path, on: files) { file in
            try file.write(CSVRow.line(columns))
            for index in explanations.features.indices { try file.write(CSVRow.line(row(index))) }
        }
    }

    private func row(_ index: Int) -> [String] {
        let feature = explanations.features[index]
        let start = [feature.name, feature.family.rawValue, vocabularyTokens[index].map(String.init) ?? ""]
        let neuron = explanations.bestNeurons[index]
        let verdict = neuron.map { [CSVRow.number($0.score), isUniversal($0) ? "1" : "0"] } ?? ["", ""]
        return start + Self.cells(neuron) + verdict + others.flatMap { Self.cells($0.explanations.bestNeurons[index]) }
    }

    /// Layer, number and correlation.
    private static func cells(_ neuron: FeatureNeuron?) -> [String] {
        neuron.map { ["\($0.layer)", "\($0.neuron)", CSVRow.number($0.correlation)] } ?? ["", "", ""]
    }
}
