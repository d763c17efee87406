import Analysis
import Pipeline

/// The columns of tables of features that say which neuron of each other model a feature explains best.
struct FeatureElsewhere {
    /// The most models that have a column: more would not fit on a page, and features.csv has them.
    private static let shownModels = 8

    private let others: [ModelExplanations]
    /// The place of each feature in the bank, by its name.
    private let places: [String: Int]
    private let names: ColumnNames

    /// - Parameters:
    ///   - others: what features say about models beside the reference.
    ///   - explanations: of the reference, by the same bank.
    init(_ others: [ModelExplanations], beside explanations: FeatureExplanations, names: ColumnNames) {
        self.others = Array(others.prefix(Self.shownModels))
        places = Dictionary(explanations.features.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first }
        self.names = names
    }

    /// The columns' names.
    var columns: [String] { others.map { "in \(VisibleText.plain($0.model, limit: 24))" } }

    /// The cells of a feature: in each model the neuron, and the share of its variance.
    func cells(of feature: String) -> [String] {
        others.map { other in
            guard let neuron = places[feature].flatMap({ other.explanations.bestNeurons[$0] }) else { return "–" }
            return "\(names.name(layer: neuron.layer, column: neuron.neuron)) (\(NumberFormat.percent(neuron.score, 0)))"
        }
    }
}
