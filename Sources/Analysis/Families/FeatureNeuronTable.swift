import Models
import Storage
import SystemPackage

/// `features.csv`: the neuron of the reference that each feature explains best, one row a feature, in the order of the bank.
///
/// After the feature's name and family comes `vocabulary_tokens`, for how many tokens of the vocabulary it holds (empty where no token decides:
/// positions, domains, a tagger's labels). Then `layer` and `neuron`, `corr`, their correlation with its sign, `score`, its square, and whether
/// the neuron is universal; all empty for a feature that correlates with no neuron.
public struct FeatureNeuronTable: Sendable {
    private let explanations: FeatureExplanations
    private let vocabularyTokens: [Int?]
    private let isUniversal: @Sendable (FeatureNeuron) -> Bool

    /// The table of what a feature bank says.
    ///
    /// - Parameters:
    ///   - vocabularyTokens: `[features]`.
    ///   - isUniversal: whether a neuron is universal.
    /// - Throws: `AnalysisError.sizeMismatch` when there are not as many of the features' neurons or tokens as features.
    public init(
        _ explanations: FeatureExplanations, vocabularyTokens: [Int?], isUniversal: @escaping @Sendable (FeatureNeuron) -> Bool
    ) throws {
        for count in [explanations.bestNeurons.count, vocabularyTokens.count] where count != explanations.features.count {
            throw AnalysisError.sizeMismatch(what: "features", expected: explanations.features.count, found: count)
        }
        (self.explanations, self.vocabularyTokens, self.isUniversal) = (explanations, vocabularyTokens, isUniversal)
    }

    private static let columns = ["feature", "family", "vocabulary_tokens", "layer", "neuron", "corr", "score", "universal"]

    /// Writes the table in one step.
    ///
    /// - Throws: a `StorageError`.
    public func write(to path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        try DurableFile.replace(path, on: files) { file in
            try file.write(CSVRow.line(Self.columns))
            for index in explanations.features.indices { try file.write(CSVRow.line(row(index))) }
        }
    }

    private func row(_ index: Int) -> [String] {
        let feature = explanations.features[index]
        let start = [feature.name, feature.family.rawValue, vocabularyTokens[index].map(String.init) ?? ""]
        guard let neuron = explanations.bestNeurons[index] else { return start + ["", "", "", "", ""] }
        return start + [
            "\(neuron.layer)", "\(neuron.neuron)", CSVRow.number(neuron.correlation), CSVRow.number(neuron.score),
            isUniversal(neuron) ? "1" : "0",
        ]
    }
}
