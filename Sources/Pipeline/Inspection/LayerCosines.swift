import Analysis
import Storage
import SystemPackage

/// The neurons of each layer whose weights are closest and most opposed to those of one layer's neurons: a file of `cosines/`.
struct LayerCosines: Sendable {
    /// A figure with the partner that it is of.
    private struct Figure: Sendable {
        let name: String
        /// `[layers, neurons]`; NaN and -1 for none.
        let values: [Float]
        let partners: [Int32]
    }

    private let figures: [Figure]
    private let layers, neurons: Int
    private let file: String

    /// The figures that are shown, and the arrays of the partners: products of both cosines first, then the ends of inputs and of outputs. What
    /// a neuron writes and another reads is in the file too.
    private static let names: [(value: String, partner: String)] =
        ["antipode", "duplicate"].map { ($0, "\($0)_neuron") }
        + [VectorPairing.inputs, .outputs].flatMap { pairing in
            ["max", "min"].map { ("\(pairing.rawValue)_\($0)_cos", "\(pairing.rawValue)_\($0)_neuron") }
        }

    /// Opens a layer's file; nil where there is none.
    ///
    /// - Throws: `StorageError`, also for one with other arrays than it should have.
    init?(layer: Int, in folder: RunFolder) throws {
        let name = NeighbourArchive.name(layer: layer)
        let path = folder.cosines.appending(name)
        guard Folder.holdsFile(path) else { return nil }
        let archive = try NumpyArchiveReader(path)
        var shape: [Int]?
        func array(_ name: String) throws -> NumpyArray {
            guard let array = try archive.array(name), array.shape.count == 2, shape ?? array.shape == array.shape else {
                throw StorageError.corrupt(path, offset: nil, problem: "there is no sound array '\(name)'")
            }
            shape = array.shape
            return array
        }
        figures = try Self.names.map { name in
            Figure(
                name: name.value, values: try array(name.value).values(as: Float.self),
                partners: try array(name.partner).values(as: Int32.self))
        }
        (layers, neurons) = (shape?[0] ?? 0, shape?[1] ?? 0)
        file = "\(folder.cosines.lastComponent?.string ?? "")/\(name)"
    }

    /// What the file says of a neuron, a row for each layer; nil where it does not have it.
    func excerpt(of neuron: Int) -> TableExcerpt? {
        guard layers > 0, (0..<neurons).contains(neuron) else { return nil }
        return TableExcerpt(
            table: file, title: "The closest and most opposed weights in each layer",
            columns: ["with_layer"] + figures.flatMap { [$0.name, "\($0.name)_neuron"] },
            rows: (0..<layers).map { layer in
                let place = layer * neurons + neuron
                return [.integer(layer)]
                    + figures.flatMap { figure -> [TableCell] in
                        let partner = Int(figure.partners[place])
                        return [TableCell(finite: figure.values[place]), partner < 0 ? .empty : .integer(partner)]
                    }
            })
    }
}
