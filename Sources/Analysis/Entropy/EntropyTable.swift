import Storage
import SystemPackage

/// `entropy.csv`: the candidates for entropy neurons of the reference, then the controls.
///
/// `kind` is candidate, preset (only by the paper's literal cuts), frequency or control; `entropy` 1 for what is called an entropy neuron;
/// `frequency_corr` the correlation of the effect on logits with log token frequencies, `token_frequency` 1 for what is called a
/// token-frequency neuron; `presets` the paper's cuts that the neuron passes. Equal values are equal text, and a cell is empty where a
/// value was not computed.
public struct EntropyTable: Sendable {
    private let findings: EntropyFindings
    private let isUniversal: @Sendable (EntropyNeuron) -> Bool

    /// The table of some findings.
    ///
    /// - Parameter isUniversal: whether a neuron is universal.
    public init(_ findings: EntropyFindings, isUniversal: @escaping @Sendable (EntropyNeuron) -> Bool) {
        self.findings = findings
        self.isUniversal = isUniversal
    }

    /// The columns.
    public static let columns = [
        "layer", "neuron", "kind", "entropy", "universal", "null_fraction", "l2_penalty", "vocab_var", "vocab_kurt", "kurt", "presets",
        "frequency_corr", "token_frequency",
    ]

    /// Writes the table in one step.
    ///
    /// - Throws: a `StorageError`.
    public func write(to path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        try DurableFile.replace(path, on: files) { file in
            try file.write(CSVRow.line(Self.columns))
            for neuron in findings.candidates + findings.controls { try file.write(CSVRow.line(row(neuron))) }
        }
    }

    private func row(_ neuron: EntropyNeuron) -> [String] {
        let values = [neuron.nullFraction, neuron.penalty, neuron.variance, neuron.kurtosis, neuron.activationKurtosis]
        let figures = values.map { CSVRow.number($0) }
        let marks = [neuron.isEntropyNeuron, isUniversal(neuron)].map { $0 ? "1" : "0" }
        let presets = neuron.presets.map(\.rawValue).joined(separator: " ")
        let frequency = [CSVRow.number(neuron.frequencyCorrelation), neuron.isFrequencyNeuron ? "1" : "0"]
        return ["\(neuron.layer)", "\(neuron.neuron)", neuron.kind.rawValue] + marks + figures + [presets] + frequency
    }
}
