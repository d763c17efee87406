import Storage
import SystemPackage

/// `ensembles.csv`: the prediction and suppression neurons of the reference with those that work on the same tokens, one row a neuron.
///
/// After layer, number, role and the verdict on universality come `opposed_cos`, the smallest cosine of the neuron's effect on the
/// vocabulary with that of a neuron of the other role, and `allied_cos`, the largest one with another neuron of the same role, each followed by
/// that neuron's `_layer` and `_neuron`. `ensemble` numbers the neurons that are connected by cosines of at least ``RoleEnsembles/bound``, of
/// either sign; `ensemble_prediction` and `ensemble_suppression` are how many of each role are in it. A cell is empty where there is no such
/// neuron, or no ensemble.
public struct EnsembleTable: Sendable {
    private let ensembles: RoleEnsembles
    private let isUniversal: @Sendable (EnsembleNeuron) -> Bool

    /// The table of some ensembles.
    ///
    /// - Parameter isUniversal: whether a neuron is universal.
    public init(_ ensembles: RoleEnsembles, isUniversal: @escaping @Sendable (EnsembleNeuron) -> Bool) {
        (self.ensembles, self.isUniversal) = (ensembles, isUniversal)
    }

    private static let roles: [NeuronRole] = [.prediction, .suppression]

    private static let columns =
        ["layer", "neuron", "role", "universal"]
        + ["opposed", "allied"].flatMap { ["\($0)_cos", "\($0)_layer", "\($0)_neuron"] }
        + ["ensemble"] + roles.map { "ensemble_\($0.rawValue)" }

    /// Writes the table in one step.
    ///
    /// - Throws: a `StorageError`.
    public func write(to path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        var counts: [Int: [NeuronRole: Int]] = [:]
        for neuron in ensembles.neurons {
            if let ensemble = neuron.ensemble { counts[ensemble, default: [:]][neuron.role, default: 0] += 1 }
        }
        try DurableFile.replace(path, on: files) { file in
            try file.write(CSVRow.line(Self.columns))
            for neuron in ensembles.neurons {
                let sizes = Self.roles.map { role in neuron.ensemble.map { "\(counts[$0]?[role] ?? 0)" } ?? "" }
                try file.write(
                    CSVRow.line(
                        ["\(neuron.layer)", "\(neuron.neuron)", neuron.role.rawValue, isUniversal(neuron) ? "1" : "0"]
                            + Self.cells(neuron.opposed) + Self.cells(neuron.allied) + [neuron.ensemble.map { "\($0)" } ?? ""] + sizes))
            }
        }
    }

    private static func cells(_ partner: EnsembleNeuron.Partner?) -> [String] {
        partner.map { [CSVRow.number($0.cosine), "\($0.layer)", "\($0.neuron)"] } ?? ["", "", ""]
    }
}
