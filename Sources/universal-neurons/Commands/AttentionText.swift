import Analysis
import Foundation
import Pipeline

extension PathAblationReport {
    /// The result as text: a line for each neuron and head.
    var text: String {
        var table = TextTable(columns: 8)
        table.add("neuron", "head", "score", "attends", "change", "r, rank r", "output", "r, rank r")
        for path in paths {
            table.add(
                "\(path.pair.layer).\(path.pair.neuron)", "\(path.pair.headLayer).\(path.pair.head)",
                Self.signed(path.score.map(Double.init)), Self.percent(path.attention), Self.change(path.attentionChange.mean),
                Self.correlations(path.attentionChange),
                Self.change(path.normShare.mean), Self.correlations(path.normShare))
        }
        return """
            \(table.text)
            model \(model), \(rows) rows of \(context) tokens, positions from \(first) on. A head `attends` so much to the first token of a row;
            `change` is what it is more without the path from the neuron, `output` what the length of what the head gives is longer;
            r are the correlations with the neuron's activation, by value and by rank.
            samples \(folder)

            """
    }

    private static func correlations(_ change: PathAblationFinding.Change) -> String {
        signed(change.pearson) + ", " + signed(change.spearman)
    }

    private static func signed(_ value: Double?) -> String { value.map { AmountText.formatted($0, "%+.3f") } ?? "–" }

    private static func percent(_ value: Double) -> String { String(format: "%.2f %%", 100 * value) }

    /// A change in two digits: most heads hardly miss one neuron.
    private static func change(_ value: Double) -> String { AmountText.formatted(100 * value, "%+.2g %%") }
}
