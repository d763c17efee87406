import Storage
import SystemPackage

/// `families/b.csv`: the neurons of a model beside the reference, one row a neuron, with the columns that `neurons.csv` has of families: `family`,
/// `explanation`, `explanation_score`, `explanation_corr`, `second_explanation`, `second_explanation_corr`.
public struct FamilyTable: Sendable {
    private let explanations: FeatureExplanations
    private let additions: [(name: String, column: NeuronColumn)]

    /// The table of what a feature bank says about a model.
    ///
    /// - Parameter additions: further columns by name, `[neurons]` each.
    /// - Throws: `AnalysisError.sizeMismatch` when a column has another length than there are neurons.
    public init(_ explanations: FeatureExplanations, additions: [(name: String, column: NeuronColumn)] = []) throws {
        for (name, column) in additions where column.count != explanations.neurons.count {
            throw AnalysisError.sizeMismatch(
                what: "column '\(name)' of the table of families", expected: explanations.neurons.count, found: column.count)
        }
        (self.explanations, self.additions) = (explanations, additions)
    }

    /// Writes the table in one step.
    ///
    /// - Throws: a `StorageError`.
    public func write(to path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        let columns = explanations.columns + additions
        let cells = columns.map { $0.column.cells }
        try DurableFile.replace(path, on: files) { file in
            try file.write(CSVRow.line(["layer", "neuron"] + columns.map { $0.name }))
            for (row, neuron) in explanations.neurons.enumerated() {
                try file.write(CSVRow.line(["\(neuron.layer)", "\(neuron.neuron)"] + cells.map { $0[row] }))
            }
        }
    }
}
