import Models

/// The search for the best features of the neurons of one layer, over a block of correlations.
///
/// Ties are decided for the feature that comes first in the bank and for the neuron that comes first in the layer.
struct FeatureScan {
    private let columns: [FeatureColumn]
    /// The family of each feature as an index into `FeatureFamily.allCases`.
    private let families: [Int]
    /// Whether each neuron keeps the best score within each family.
    private let keepsFamilyScores: Bool

    init(columns: [FeatureColumn], keepsFamilyScores: Bool = true) {
        self.columns = columns
        self.keepsFamilyScores = keepsFamilyScores
        families = columns.map { FeatureFamily.allCases.firstIndex(of: $0.family) ?? 0 }
    }

    /// Explains the neurons of a layer.
    ///
    /// - Parameters:
    ///   - correlations: `[neurons, features]`, row-major; 0 where either side has no variance.
    ///   - neurons: how many neurons the layer has.
    func explanations(layer: Int, correlations: UnsafePointer<Float>, neurons: Int) -> [NeuronExplanation] {
        (0..<neurons).map { neuron in
            explanation(layer: layer, neuron: neuron, row: correlations + neuron * columns.count)
        }
    }

    private func explanation(layer: Int, neuron: Int, row: UnsafePointer<Float>) -> NeuronExplanation {
        var best: (feature: Int, magnitude: Float)?
        var second: (feature: Int, magnitude: Float)?
        var strongest = [Float](repeating: 0, count: FeatureFamily.allCases.count)
        for feature in 0..<columns.count {
            let magnitude = abs(row[feature])
            guard magnitude > 0 else { continue }
            if magnitude > strongest[families[feature]] { strongest[families[feature]] = magnitude }
            if magnitude > best?.magnitude ?? 0 {
                second = best
                best = (feature, magnitude)
            } else if magnitude > second?.magnitude ?? 0 {
                second = (feature, magnitude)
            }
        }
        var familyScores: [FeatureFamily: Double] = [:]
        for family in keepsFamilyScores ? Set(families) : [] {
            familyScores[FeatureFamily.allCases[family]] = Double(strongest[family]) * Double(strongest[family])
        }
        let scores = [best, second].map { found in
            found.map { FeatureScore(feature: $0.feature, correlation: row[$0.feature]) }
        }
        let isExplained = (scores[0]?.score ?? 0) >= NeuronExplanation.explainedScore
        return NeuronExplanation(
            layer: layer, neuron: neuron, best: scores[0], second: scores[1], familyScores: familyScores,
            family: isExplained ? scores[0].map { columns[$0.feature].family } : nil)
    }

    /// The neuron of the layer that each feature explains best, `[features]`.
    func bestNeurons(layer: Int, correlations: UnsafePointer<Float>, neurons: Int) -> [FeatureNeuron?] {
        var best: [FeatureNeuron?] = Array(repeating: nil, count: columns.count)
        for neuron in 0..<neurons {
            let row = correlations + neuron * columns.count
            for feature in 0..<columns.count where abs(row[feature]) > abs(best[feature]?.correlation ?? 0) {
                best[feature] = FeatureNeuron(layer: layer, neuron: neuron, correlation: row[feature])
            }
        }
        return best
    }
}
