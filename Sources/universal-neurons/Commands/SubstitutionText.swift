import Analysis
import Foundation
import Models
import Pipeline

extension SubstitutionOutcome {
    /// The answer for people: a line for each neuron, and one for all together.
    var text: String {
        let kinds = SubstitutionQuestion.Kind.allCases
        var table = TextTable(columns: 2 + kinds.count + 4)
        table.add(
            row: ["neuron", "match · β"] + kinds.map { "loss by \($0.rawValue)" } + ["KL by match", "by mean", "recovered", "by random"])
        for subject in summary.subjects {
            let name = subject.neuron.map { "\($0.place)" } ?? "all \(summary.neurons)"
            let match = subject.neuron.map { neuron in
                "\(neuron.match.layer).\(neuron.match.neuron) · \(AmountText.formatted(neuron.match.slope, "%.3f"))"
            }
            func figure(_ kind: SubstitutionQuestion.Kind, _ measure: SubstitutionMeasures.Kind) -> InterventionSummary.Figure? {
                subject[kind][measure.rawValue]
            }
            table.add(
                row: [name, match ?? ""] + kinds.map { Self.words(figure($0, .loss)?.change, "%+.5f") }
                    + [SubstitutionQuestion.Kind.match, .mean].map { Self.words(figure($0, .divergence)?.mean, "%.5f") }
                    + [subject.recovered, subject.randomRecovered].map { Self.share($0, of: subject.cost) })
        }
        let loss = Self.words(summary.unmodified[SubstitutionMeasures.Kind.loss.rawValue]?.mean, "%.4f")
        return "model \(summary.model) with neurons of \(summary.other), \(summary.tokens) tokens of "
            + "\(AmountText.count(summary.rows, "row")); unmodified loss \(loss)\n" + table.text + notes
            + line(ofTable: "substitution.csv")
    }

    /// What marks in the table mean, where it has them.
    private var notes: String {
        let costs = summary.subjects.map(\.cost)
        let nothing = "–  nothing to recover: the loss is no higher with the mean in the neuron's place\n"
        let uncertain = "~  says little: what the mean costs is less than two of its standard errors, or has none\n"
        return (costs.contains(.nothing) ? nothing : "") + (costs.contains(.uncertain) ? uncertain : "")
    }

    /// A recovered share; what it is a share of may be nothing, or as good as that.
    private static func share(_ share: Estimate?, of cost: SubstitutionSummary.Cost) -> String {
        share == nil ? "–" : (cost == .uncertain ? "~" : "") + words(share, "%.3f")
    }

    private static func words(_ estimate: Estimate?, _ format: String) -> String {
        guard let estimate else { return "" }
        let error = estimate.standardError.map { " ± " + String(format: format.replacing("+", with: ""), $0) } ?? ""
        return AmountText.formatted(estimate.value, format) + error
    }
}
