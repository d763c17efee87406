import Storage
import SystemPackage

/// `attention.csv`: the neurons of the reference and heads of later layers with the largest scores, the largest |score| first.
///
/// `effect` is deactivation or activation where random directions would hardly reach the `cosine` anywhere in the model, else empty. `query`,
/// `key` and `value` are composition scores.
public struct AttentionTable: Sendable {
    private let findings: AttentionFindings
    private let isUniversal: @Sendable (AttentionNeuron) -> Bool

    /// The table of some findings.
    ///
    /// - Parameter isUniversal: whether the neuron of a pair is universal.
    public init(_ findings: AttentionFindings, isUniversal: @escaping @Sendable (AttentionNeuron) -> Bool) {
        self.findings = findings
        self.isUniversal = isUniversal
    }

    /// The columns.
    public static let columns = [
        "layer", "neuron", "head_layer", "head", "effect", "universal", "score", "cosine", "query", "key", "value",
    ]

    /// Writes the table in one step.
    ///
    /// - Throws: a `StorageError`.
    public func write(to path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        try DurableFile.replace(path, on: files) { file in
            try file.write(CSVRow.line(Self.columns))
            for neuron in findings.ranking { try file.write(CSVRow.line(row(neuron))) }
        }
    }

    private func row(_ neuron: AttentionNeuron) -> [String] {
        let (pair, composition) = (neuron.pair, neuron.composition)
        return ["\(pair.layer)", "\(pair.neuron)", "\(pair.headLayer)", "\(pair.head)", neuron.effect?.rawValue ?? ""]
            + [isUniversal(neuron) ? "1" : "0", "\(neuron.score)", "\(Float(neuron.cosine))"]
            + [CompositionKind.query, .key, .value].map { CSVRow.number(composition[$0]) }
    }
}
