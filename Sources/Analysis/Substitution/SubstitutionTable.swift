import Models
import Storage

/// `substitution.csv`: a row for each neuron, and one for all together, whose first cells are empty.
///
/// `partner_layer` and `partner_neuron` are the match in the model of the column `from`, `slope` is β. `loss` is the unmodified model's.
/// For what takes the neuron's place, `match`, `mean` and `random`, follow the changes of loss and entropy and the divergence from the
/// unmodified predictions, then `recovered` and `random_recovered`, each with its standard error over rows. A cell is empty where there is
/// no value, or no finite one.
public struct SubstitutionTable: Sendable {
    private let summary: SubstitutionSummary

    /// The table of a summary.
    public init(_ summary: SubstitutionSummary) { self.summary = summary }

    /// The names of the columns.
    public static let columns =
        [
            "layer", "neuron", "from", "partner_layer", "partner_neuron", "corr", "slope", "random_layer", "random_neuron", "random_corr",
            "rows", "tokens", "loss", "loss_se",
        ]
        + SubstitutionQuestion.Kind.allCases.flatMap { kind in
            ["loss_change", "entropy_change", "kl"].flatMap { ["\(kind.rawValue)_\($0)", "\(kind.rawValue)_\($0)_se"] }
        } + ["recovered", "recovered_se", "random_recovered", "random_recovered_se"]

    /// The table as text, with a header line.
    public var csv: String {
        ([Self.columns] + summary.subjects.map(row)).map { $0.joined(separator: ",") + "\n" }.joined()
    }

    private func row(_ subject: SubstitutionSummary.Subject) -> [String] {
        let estimates =
            [summary.unmodified[SubstitutionMeasures.Kind.loss.rawValue]?.mean]
            + SubstitutionQuestion.Kind.allCases.flatMap { kind in
                let figures = subject[kind]
                func figure(_ measure: SubstitutionMeasures.Kind) -> InterventionSummary.Figure? { figures[measure.rawValue] }
                return [figure(.loss)?.change, figure(.entropy)?.change, figure(.divergence)?.mean]
            } + [subject.recovered, subject.randomRecovered]
        return names(of: subject.neuron) + ["\(summary.rows)", "\(summary.tokens)"]
            + estimates.flatMap { [$0?.value, $0?.standardError] }.map { CSVRow.number($0) }
    }

    /// The cells that say what was replaced by what.
    private func names(of neuron: SubstitutionQuestion.Neuron?) -> [String] {
        guard let neuron else { return ["", "", NeuronTable.quoted(summary.other)] + Array(repeating: "", count: 7) }
        return [
            "\(neuron.place.layer)", "\(neuron.place.neuron)", NeuronTable.quoted(summary.other), "\(neuron.match.layer)",
            "\(neuron.match.neuron)", CSVRow.number(neuron.correlation), CSVRow.number(neuron.match.slope), "\(neuron.random.layer)",
            "\(neuron.random.neuron)", CSVRow.number(neuron.randomCorrelation),
        ]
    }
}
