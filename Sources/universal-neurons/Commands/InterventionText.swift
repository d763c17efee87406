import Analysis
import Foundation
import Models
import Pipeline

extension InterventionOutcome {
    /// The answer for people: a line a condition, each figure with its change and the standard error of that.
    var text: String {
        var table = TextTable(columns: 3 + summary.measures.count)
        table.add(row: ["neuron", "change", "frozen"] + summary.measures.map(Self.heading))
        table.add(row: ["", "none", ""] + cells(summary.unmodified))
        for effect in summary.conditions {
            let condition = effect.condition
            table.add(
                row: ["\(condition.layer).\(condition.neuron)", Self.words(condition.intervention), Self.words(condition.frozen)]
                    + cells(effect.figures))
        }
        return "model \(summary.model), \(summary.tokens) tokens of \(AmountText.count(summary.rows, "row"))\(means)\n" + table.text
            + line(ofTable: "interventions.csv")
    }

    /// Which means neurons were set to; empty where none was.
    private var means: String {
        switch summary.mean {
        case .exact: "; means by the run's exact sums"
        case .provisional: "; means of the run's calibration, for its exact sums are not all here"
        case nil: ""
        }
    }

    private func cells(_ figures: [String: InterventionSummary.Figure]) -> [String] {
        summary.measures.map { measure in
            guard let figure = figures[measure.rawValue] else { return "" }
            let format = measure == .rank ? "%.2f" : "%.4f"
            let mean = AmountText.formatted(figure.mean.value, format)
            guard let change = figure.change else { return mean }
            let sign = change.value >= 0 ? "+" : ""
            let error = change.standardError.map { " ± " + String(format: format, $0) } ?? ""
            return "\(mean) \(sign)\(AmountText.formatted(change.value, format))\(error)"
        }
    }

    private static func heading(_ measure: PredictionMeasures.Kind) -> String {
        switch measure {
        case .loss, .entropy, .rank, .scale: measure.rawValue
        case .reciprocalRank: "1/(rank+1)"
        case .divergence: "KL to unigrams"
        }
    }

    private static func words(_ intervention: Intervention) -> String {
        let place = intervention.place == .pre ? " (pre)" : ""
        return "\(intervention.kind.rawValue)\(intervention.value.map { " \($0)" } ?? "")\(place)"
    }

    private static func words(_ frozen: FrozenPart) -> String { frozen == .nothing ? "" : frozen.rawValue }
}
