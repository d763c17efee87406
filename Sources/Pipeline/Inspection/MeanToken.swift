import Analysis
import Storage

/// A token of the vocabulary at which a neuron is most active on average.
public struct MeanToken: Codable, Sendable, Equatable {
    /// The token.
    public let id: Int
    /// Its text, or its id where there is no tokenizer.
    public let text: String
    /// The mean activation over the counted places where it stands.
    public let value: Float
    /// How many these are.
    public let count: Int

    /// The tokens of a neuron of the run's reference, highest mean first; nil where the run's files have none.
    ///
    /// - Parameter text: of a token; nil for one that is not known.
    /// - Throws: `StorageError`, also for a file with other arrays than it should have.
    static func all(layer: Int, neuron: Int, in folder: RunFolder, text: (Int) -> String?) throws -> [MeanToken]? {
        let path = folder.activations.appending(ActivationArchive.name(layer: layer))
        guard Folder.holdsFile(path) else { return nil }
        let archive = try NumpyArchiveReader(path)
        guard let counts = try archive.array("mean_count") else { return nil }
        func damaged(_ name: String) -> StorageError { .corrupt(path, offset: nil, problem: "there is no sound array '\(name)'") }
        guard counts.shape.count == 2, (0..<counts.shape[0]).contains(neuron) else { throw damaged("mean_count") }
        func numbers<Element: NumpyElement>(_ name: String, _ type: Element.Type) throws -> ArraySlice<Element> {
            guard let array = try archive.array(name), array.shape == counts.shape else { throw damaged(name) }
            return try array.values(as: type)[neuron * counts.shape[1]..<(neuron + 1) * counts.shape[1]]
        }
        let (values, tokens) = (try numbers("mean_value", Float.self), try numbers("mean_token", Int32.self))
        return zip(zip(values, tokens), try numbers("mean_count", Int64.self)).filter { $1 > 0 }.map { mean, count in
            let id = Int(mean.1)
            return MeanToken(id: id, text: text(id) ?? "\(id)", value: mean.0, count: Int(count))
        }
    }
}
