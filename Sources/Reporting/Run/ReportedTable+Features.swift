import Analysis
import Pipeline

/// Which neurons the features explain best.
extension ReportedTable {
    /// Features of the longer table.
    private static let shownFeatures = 30

    /// The tables of the reference's neurons that single letters explain best, and of those that any features do; without what explains none.
    ///
    /// - Parameter others: what features say about the other models' neurons.
    static func tables(
        of explanations: FeatureExplanations, others: [ModelExplanations] = [], result: UniversalityResult,
        names: ColumnNames = ColumnNames()
    ) -> [ReportedTable] {
        let elsewhere = FeatureElsewhere(others, beside: explanations, names: names)
        return [
            alphabet(explanations, elsewhere, result: result, names: names),
            features(explanations, elsewhere, result: result, names: names),
        ].compactMap(\.self)
    }

    private static func alphabet(
        _ explanations: FeatureExplanations, _ elsewhere: FeatureElsewhere, result: UniversalityResult, names: ColumnNames
    ) -> ReportedTable? {
        let letters = explanations.alphabet.filter { $0.neuron.score >= NeuronExplanation.explainedScore }
        guard !letters.isEmpty else { return nil }
        let strong = letters.count { $0.neuron.score > FeatureExplanations.alphabetScore }
        return ReportedTable(
            id: "alphabet", title: "Alphabet", heading: "Alphabet: the \(names.noun) that each letter explains best",
            sentences: [
                "A letter’s feature holds for the tokens that are the letter, in any case or spacing. For each that explains at least "
                    + "\(NumberFormat.percent(NeuronExplanation.explainedScore, 0)) of the variance of a \(names.noun) of "
                    + "\(VisibleText.plain(result.reference.id, limit: 40)), the \(names.noun) of which it explains most; the paper shows those above "
                    + "\(NumberFormat.percent(FeatureExplanations.alphabetScore, 0)), here \(NumberFormat.integer(strong))."
            ], columns: columns(names) + elsewhere.columns,
            rows: letters.map {
                row($0.feature.name, $0.feature.family.rawValue, $0.neuron, result: result, names: names)
                    + elsewhere.cells(of: $0.feature.name)
            })
    }

    private static func features(
        _ explanations: FeatureExplanations, _ elsewhere: FeatureElsewhere, result: UniversalityResult, names: ColumnNames
    ) -> ReportedTable? {
        let known = zip(explanations.features, explanations.bestNeurons).compactMap { feature, neuron in
            neuron.map { (feature: feature, neuron: $0) }
        }.filter { $0.neuron.score >= NeuronExplanation.explainedScore }
        guard !known.isEmpty else { return nil }
        // Of equal scores the feature that comes first in the bank.
        let order = known.indices.sorted { (known[$0].neuron.score, $1) > (known[$1].neuron.score, $0) }
        let shown = order.prefix(shownFeatures)
        return ReportedTable(
            id: "features", title: "Features", heading: "Features: the \(names.noun) that each explains best",
            sentences: [
                "Of \(ReportWords.count(explanations.features.count, "feature")) \(NumberFormat.integer(known.count)) explain at least "
                    + "\(NumberFormat.percent(NeuronExplanation.explainedScore, 0)) of the variance of some \(names.noun) of "
                    + "\(VisibleText.plain(result.reference.id, limit: 40))"
                    + (shown.count < known.count ? "; these \(NumberFormat.integer(shown.count)) explain most" : "")
                    + ". features.csv has all. Where the correlation is negative, the \(names.noun) is lower where the feature holds."
            ], columns: columns(names) + elsewhere.columns,
            rows: shown.map { index in
                row(known[index].feature.name, known[index].feature.family.rawValue, known[index].neuron, result: result, names: names)
                    + elsewhere.cells(of: known[index].feature.name)
            })
    }

    private static func columns(_ names: ColumnNames) -> [String] { ["feature", "family", names.noun, "share", "correlation", "excess"] }

    private static func row(_ name: String, _ family: String, _ neuron: FeatureNeuron, result: UniversalityResult, names: ColumnNames)
        -> [String]
    {
        let index = result.reference.index(layer: neuron.layer, neuron: neuron.neuron)
        return [
            VisibleText.plain(name, limit: 60), family, names.name(layer: neuron.layer, column: neuron.neuron),
            NumberFormat.percent(neuron.score, 0),
            NumberFormat.fixed(Double(neuron.correlation), 3), index.map { NumberFormat.fixed(result.excess[$0], 3) } ?? "–",
        ]
    }
}
