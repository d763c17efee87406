import Storage
import SystemPackage

/// `percentiles.csv`: where each neuron's figures stand within its layer, from 0 for the lowest to 100 for the highest, one row a neuron in
/// the order of `neurons.csv`, whose names the columns have. A cell is empty where the neuron has no such figure.
public struct PercentileTable: Sendable {
    private let layers: [Int]
    private let columns: [(name: String, percentiles: [Double])]

    /// The table of some figures.
    ///
    /// - Parameters:
    ///   - numbers: by name, layer by layer.
    ///   - layers: neurons of each layer.
    public init(_ numbers: [(name: String, values: [Double])], layers: [Int]) {
        self.layers = layers
        columns = numbers.map { ($0.name, LayerPercentiles.percentiles(of: $0.values, layers: layers)) }
    }

    /// Writes the table in one step, a row at a time.
    ///
    /// - Throws: a `StorageError`.
    public func write(to path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        try DurableFile.replace(path, on: files) { file in
            try file.write(CSVRow.line(["layer", "neuron"] + columns.map(\.name)))
            var row = 0
            for (layer, count) in layers.enumerated() {
                for neuron in 0..<count {
                    let cells = columns.map { CSVRow.number($0.percentiles[row]) }
                    try file.write(CSVRow.line(["\(layer)", "\(neuron)"] + cells))
                    row += 1
                }
            }
        }
    }
}
