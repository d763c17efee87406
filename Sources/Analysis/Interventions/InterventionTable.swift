import Models
import Storage

/// `interventions.csv`: a row for the unmodified run, `none`, and one for each condition.
///
/// After the condition come for each measure its mean over the tokens and the standard error of that, the change from the unmodified run and
/// the standard error of that, as in `loss`, `loss_se`, `loss_change` and `loss_change_se`. Ranks count from 0. A cell is empty where there is
/// no value, or no finite one.
public struct InterventionTable: Sendable {
    private let summary: InterventionSummary

    /// The table of a summary.
    public init(_ summary: InterventionSummary) { self.summary = summary }

    /// The names of the columns.
    public var columns: [String] {
        ["layer", "neuron", "kind", "value", "at", "frozen", "rows", "tokens"]
            + summary.measures.map(\.rawValue).flatMap { [$0, "\($0)_se", "\($0)_change", "\($0)_change_se"] }
    }

    /// The table as text, with a header line.
    public var csv: String {
        let unmodified = ["", "", "none", "", "", "nothing"] + cells(summary.unmodified)
        let rows = summary.conditions.map { effect in
            let (condition, intervention) = (effect.condition, effect.condition.intervention)
            return [
                "\(condition.layer)", "\(condition.neuron)", intervention.kind.rawValue, intervention.value.map { "\($0)" } ?? "",
                intervention.place.rawValue, condition.frozen.rawValue,
            ] + cells(effect.figures)
        }
        return ([columns, unmodified] + rows).map { $0.joined(separator: ",") + "\n" }.joined()
    }

    private func cells(_ figures: [String: InterventionSummary.Figure]) -> [String] {
        ["\(summary.rows)", "\(summary.tokens)"]
            + summary.measures.flatMap { measure in
                let figure = figures[measure.rawValue]
                let estimates = [figure?.mean, figure?.change]
                return estimates.flatMap { [$0?.value, $0?.standardError] }.map { CSVRow.number($0) }
            }
    }
}
