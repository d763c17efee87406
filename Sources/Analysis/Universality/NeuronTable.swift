import Storage
import SystemPackage

/// The table of the reference's neurons, `neurons.csv`: one row a neuron.
///
/// It begins with the authors' 22 columns in their order, then come excess correlation, its error and the verdict, for each other model
/// the best partner, the family and the role. A cell is empty where its value is not computed or not finite. Equal values are equal text: numbers
/// are the shortest decimals that read back as the same number; correlations have float32's digits.
public struct NeuronTable: Sendable {
    /// The authors' columns.
    public static let authorsColumns = [
        "layer", "neuron", "max_corr", "mean_corr", "min_corr", "max_baseline", "min_baseline", "mean_baseline", "w_in_norm", "input_bias",
        "w_out_norm", "in_out_sim", "l2_penalty", "mean", "var", "skew", "kurt", "vocab_mean", "vocab_var", "vocab_skew", "vocab_kurt",
        "sparsity",
    ]
    /// The last columns; filled from outside.
    public static let familyColumns = ["family", "explanation", "explanation_score", "explanation_corr", "role"]

    /// The names of the columns, in order.
    public let columns: [String]
    private let cells: [[String]]

    /// Makes the table.
    ///
    /// - Parameters:
    ///   - result: the analysis.
    ///   - additions: further columns by name, `[neurons]` each: moments of the pre-activations (`mean`, `var`, `skew`, `kurt`,
    ///     `sparsity`), the statistics of weights, families and roles. A name that the table does not have is appended.
    /// - Throws: `AnalysisError.sizeMismatch` when a column has another length than there are neurons.
    public init(_ result: UniversalityResult, additions: [(name: String, column: NeuronColumn)] = []) throws {
        let neurons = result.reference.neurons
        let positions = (0..<neurons).map { result.reference.position(of: $0) }
        var filled: [String: [String]] = [
            "layer": positions.map { "\($0.layer)" },
            "neuron": positions.map { "\($0.neuron)" },
            "max_corr": Self.correlations(result.maximum),
            "mean_corr": Self.correlations(result.mean),
            "min_corr": Self.correlations(result.minimum),
            "max_baseline": Self.correlations(result.baseline.maximum),
            "min_baseline": Self.correlations(result.baseline.minimum),
            "mean_baseline": Self.correlations(result.baseline.mean),
            "excess_corr": Self.correlations(result.excess),
            "excess_corr_se": result.baseline.excessStandardError.map(Self.correlations) ?? Self.empty(neurons),
            "universal": result.isUniversal.map { $0 ? "1" : "0" },
        ]
        var names = Self.authorsColumns + ["excess_corr", "excess_corr_se", "universal"]
        for match in result.matches {
            let id = match.model.id
            names += ["\(id)_corr", "\(id)_layer", "\(id)_neuron", "\(id)_corr_crossfit"]
            let partners = match.partner.map { match.model.position(of: Int($0)) }
            filled["\(id)_corr"] = Self.correlations(match.best.map(Double.init))
            filled["\(id)_layer"] = partners.map { "\($0.layer)" }
            filled["\(id)_neuron"] = partners.map { "\($0.neuron)" }
            filled["\(id)_corr_crossfit"] = match.crossfit.map { Self.correlations($0.map(Double.init)) } ?? Self.empty(neurons)
        }
        names += Self.familyColumns
        for (name, column) in additions {
            guard column.count == neurons else {
                throw AnalysisError.sizeMismatch(what: "column '\(name)' of the neuron table", expected: neurons, found: column.count)
            }
            if !names.contains(name) { names.append(name) }
            filled[name] = column.cells
        }
        columns = names
        cells = names.map { filled[$0] ?? Self.empty(neurons) }
    }

    /// The table as text, with a header line.
    public var csv: String {
        var text = columns.map(Self.quoted).joined(separator: ",") + "\n"
        for row in 0..<(cells.first?.count ?? 0) {
            text += cells.map { Self.quoted($0[row]) }.joined(separator: ",") + "\n"
        }
        return text
    }

    /// Writes the table in one step.
    ///
    /// - Throws: a `StorageError`.
    public func write(to path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        try DurableFile.replace(path, with: csv, on: files)
    }

    private static func empty(_ count: Int) -> [String] { Array(repeating: "", count: count) }

    private static func correlations(_ values: [Double]) -> [String] {
        values.map { $0.isFinite ? "\(Float($0))" : "" }
    }

    /// A cell as CSV has it: in quotes where it has a comma, a quote or a line break.
    public static func quoted(_ cell: String) -> String {
        guard cell.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }) else { return cell }
        return "\"" + cell.replacing("\"", with: "\"\"") + "\""
    }
}
