extension NeuronInspection.Explanation {
    /// The best feature and the second best one in a row of `neurons.csv` or of a table of families; none where the neuron is unexplained.
    static func all(in columns: [String: TableCell]) -> [NeuronInspection.Explanation] {
        func text(_ name: String) -> String? { columns[name].flatMap { $0 == .empty ? nil : $0.description } }
        var found: [NeuronInspection.Explanation] = []
        if let feature = text("explanation") {
            found.append(
                NeuronInspection.Explanation(
                    feature: feature, family: text("family"), correlation: columns["explanation_corr"]?.number,
                    score: columns["explanation_score"]?.number))
        }
        if let feature = text("second_explanation") {
            let correlation = columns["second_explanation_corr"]?.number
            found.append(
                NeuronInspection.Explanation(feature: feature, family: nil, correlation: correlation, score: correlation.map { $0 * $0 }))
        }
        return found
    }
}
