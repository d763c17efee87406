import Analysis
import Storage
import SystemPackage

/// At which positions and tokens the neurons of a layer of the run's reference are active: a file of `activations/`.
struct LayerActivations: Sendable {
    private let path: FilePath
    /// `[context, neurons]`, in how many rows they fire at a position, of how many; nil where the file does not say.
    private let fired: NumpyArray?
    private let rows: Int
    /// The tokens of highest mean, `[neurons, means]`; nil where the run keeps no means.
    private let means: Means?

    private struct Means {
        let values: [Float]
        let tokens: [Int32]
        let counts: [Int64]
        let neurons, length: Int
    }

    /// Opens a layer's file; nil where there is none.
    ///
    /// - Throws: `StorageError`, also for one with other arrays than it should have.
    init?(layer: Int, in folder: RunFolder) throws {
        let path = folder.activations.appending(ActivationArchive.name(layer: layer))
        guard Folder.holdsFile(path) else { return nil }
        let archive = try NumpyArchiveReader(path)
        func damaged(_ name: String) -> StorageError { .corrupt(path, offset: nil, problem: "there is no sound array '\(name)'") }
        fired = try archive.array("fired")
        rows = try archive.array("rows")?.values(as: Int64.self).first.map { Int($0) } ?? 0
        guard fired?.shape.count ?? 2 == 2 else { throw damaged("fired") }
        self.path = path
        guard let counts = try archive.array("mean_count") else {
            means = nil
            return
        }
        guard counts.shape.count == 2 else { throw damaged("mean_count") }
        func numbers<Element: NumpyElement>(_ name: String, _ type: Element.Type) throws -> [Element] {
            guard let array = try archive.array(name), array.shape == counts.shape else { throw damaged(name) }
            return try array.values(as: type)
        }
        means = Means(
            values: try numbers("mean_value", Float.self), tokens: try numbers("mean_token", Int32.self),
            counts: try counts.values(as: Int64.self), neurons: counts.shape[0], length: counts.shape[1])
    }

    /// Where in a row a neuron fires; nil where the file does not say.
    ///
    /// - Throws: `StorageError` for a file of fewer neurons, or of other numbers.
    func positions(of neuron: Int) throws -> PositionProfile? {
        guard let fired else { return nil }
        let (context, neurons) = (fired.shape[0], fired.shape[1])
        guard (0..<neurons).contains(neuron) else { throw damaged("fired") }
        return try fired.withElements(of: Int32.self) { counts in
            PositionProfile(rows: rows, fired: (0..<context).map { Int(counts[$0 * neurons + neuron]) })
        }
    }

    /// The tokens of a neuron's highest mean activations, the highest first; nil where the run keeps none.
    ///
    /// - Parameter text: of a token; nil for one that is not known.
    /// - Throws: `StorageError` for a file of fewer neurons.
    func means(of neuron: Int, text: (Int) -> String?) throws -> [MeanToken]? {
        guard let means else { return nil }
        guard (0..<means.neurons).contains(neuron) else { throw damaged("mean_count") }
        return (neuron * means.length..<(neuron + 1) * means.length).filter { means.counts[$0] > 0 }.map { place in
            let id = Int(means.tokens[place])
            return MeanToken(id: id, text: text(id) ?? "\(id)", value: means.values[place], count: Int(means.counts[place]))
        }
    }

    private func damaged(_ name: String) -> StorageError { .corrupt(path, offset: nil, problem: "there is no sound array '\(name)'") }
}
