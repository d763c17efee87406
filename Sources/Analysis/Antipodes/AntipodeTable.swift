import Storage
import SystemPackage

/// `antipodes.csv`: each neuron of the reference with those whose weights are closest and most opposed to its own, one row a neuron in the
/// order of `neurons.csv`.
///
/// `in_max_cos`, `in_min_cos`, `out_max_cos`, `out_min_cos` are the largest and smallest cosine of w_in and of w_out with those of another neuron of
/// the model, `antipode` the largest product of both cosines where both are negative, `duplicate` where both are positive (the larger of
/// these two is what is called antipodality); each is followed by that neuron's `_layer` and `_neuron`. The same within the neuron's own
/// layer have `layer_` before the name, and of the partner the number alone; `layer_antipode_corr` and `layer_duplicate_corr` are the
/// correlations of the two neurons' activations. A cell is empty where there is no such neuron, or no statistics.
public struct AntipodeTable: Sendable {
    private let findings: AntipodeFindings
    private let isUniversal: [Bool]

    /// The table of some findings.
    ///
    /// - Parameter isUniversal: whether a neuron is, `[neurons]`.
    /// - Throws: `AnalysisError.sizeMismatch` when there are not as many of each.
    public init(_ findings: AntipodeFindings, isUniversal: [Bool]) throws {
        guard findings.neurons == isUniversal.count else {
            throw AnalysisError.sizeMismatch(what: "neurons with a verdict", expected: findings.neurons, found: isUniversal.count)
        }
        (self.findings, self.isUniversal) = (findings, isUniversal)
    }

    /// Writes the table in one step, a row at a time.
    ///
    /// - Throws: a `StorageError`.
    public func write(to path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        let (inModel, inLayer) = (findings.inModel.columns, findings.inLayer.columns)
        let places = findings.layers.enumerated().flatMap { layer, count in (0..<count).map { (layer: layer, neuron: $0) } }
        let correlations = [
            ("layer_antipode_corr", findings.antipodeCorrelations), ("layer_duplicate_corr", findings.duplicateCorrelations),
        ]
        try DurableFile.replace(path, on: files) { file in
            try file.write(
                CSVRow.line(
                    ["layer", "neuron", "universal"] + inModel.flatMap { [$0.name, "\($0.name)_layer", "\($0.name)_neuron"] }
                        + inLayer.flatMap { ["layer_\($0.name)", "layer_\($0.name)_neuron"] } + correlations.map(\.0)))
            for (row, place) in places.enumerated() {
                func partner(_ best: BestPartners) -> (layer: Int, neuron: Int)? {
                    best.partners[row] < 0 ? nil : places[Int(best.partners[row])]
                }
                let model = inModel.flatMap { column in
                    let found = partner(column.best)
                    return [CSVRow.number(column.best.values[row]), found.map { "\($0.layer)" } ?? "", found.map { "\($0.neuron)" } ?? ""]
                }
                let layer = inLayer.flatMap { column in
                    [CSVRow.number(column.best.values[row]), partner(column.best).map { "\($0.neuron)" } ?? ""]
                }
                try file.write(
                    CSVRow.line(
                        ["\(place.layer)", "\(place.neuron)", isUniversal[row] ? "1" : "0"] + model + layer
                            + correlations.map { CSVRow.number($0.1?[row]) }))
            }
        }
    }
}
