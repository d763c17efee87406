import Storage
import SystemPackage

/// When each universal neuron appears in training, `steps.csv`: one row for each neuron that is universal at the last step, in the reference's
/// order.
///
/// `appears` is the first step from which on the neuron is universal at every step of the run; `excess_1000` and so on are its excess at each.
public struct StepTable: Sendable {
    /// The table as text, with a header line.
    public let csv: String

    /// The table of a model's training.
    public init(_ training: TrainingSteps) {
        var text = (["layer", "neuron", "appears"] + training.steps.map { "excess_\($0)" }).joined(separator: ",") + "\n"
        for (neuron, place) in training.appearance.enumerated() {
            guard let place else { continue }
            let position = training.reference.position(of: neuron)
            let excess = training.excess.map { $0[neuron].isFinite ? "\(Float($0[neuron]))" : "" }
            text += (["\(position.layer)", "\(position.neuron)", "\(training.steps[place])"] + excess).joined(separator: ",") + "\n"
        }
        csv = text
    }

    /// Writes the table in one step.
    ///
    /// - Throws: a `StorageError`.
    public func write(to path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        try DurableFile.replace(path, with: csv, on: files)
    }
}
