import Models
import Storage
import SystemPackage

/// A layer's correlations with every feature of a bank, in the layout of the authors' explanations: a row for each neuron, a column for each
/// feature.
///
/// The first column, `neuron`, has the neurons' names. They are text: read as a number, 3.10 would be 3.1. The others are called after the
/// features, in the order of the bank. The authors keep how much of a neuron's variance a feature explains, which is the square of their
/// correlation (SPEC, sections 5 and 11).
public struct FeatureCorrelationTable: Sendable {
    private let features: [FeatureColumn]

    /// Tables of a bank's columns.
    public init(features: [FeatureColumn]) { self.features = features }

    /// Writes the table of a layer in one step, row by row.
    ///
    /// - Parameters:
    ///   - neurons: their names.
    ///   - correlations: `[neurons, features]`, row-major.
    /// - Throws: a `StorageError`.
    public func write(
        neurons: [String], correlations: UnsafeBufferPointer<Float>, to path: FilePath, on files: some FileLayer = LocalFiles()
    ) throws {
        precondition(correlations.count == neurons.count * features.count, "a correlation of each neuron with each feature")
        try DurableFile.replace(path, on: files) { file in
            try file.write(CSVRow.line(["neuron"] + features.map(\.name)))
            var line: [UInt8] = []
            for (row, name) in neurons.enumerated() {
                line.removeAll(keepingCapacity: true)
                line += NeuronTable.quoted(name).utf8
                for correlation in correlations[row * features.count..<(row + 1) * features.count] {
                    line.append(UInt8(ascii: ","))
                    line += CSVRow.number(correlation).utf8
                }
                line.append(UInt8(ascii: "\n"))
                try file.write(line)
            }
        }
    }
}
