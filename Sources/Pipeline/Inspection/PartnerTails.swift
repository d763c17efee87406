import Storage
import SystemPackage

/// The partners at both ends of each neuron's correlations with another model, from the summary of the pair: as many as are named.
struct PartnerTails: Sendable {
    /// How many partners follow the best one, and how many are named at the other end.
    static let named = 4

    /// One end.
    private struct Tail {
        let correlations: [Float]
        /// Numbers of neurons over all layers of the other model; -1 for none.
        let partners: [Int32]
        /// Partners of a neuron that are kept, and neurons.
        let length, neurons: Int
    }

    private let path: FilePath
    private let highest, lowest: Tail?

    /// Reads the summary of a pair; nil where there is none.
    ///
    /// - Throws: a `StorageError` for a damaged file.
    init?(of id: String, in other: String, folder: RunFolder) throws {
        // A file has both directions of a pair, and the name of the earlier model first.
        guard let path = [folder.pair(id, other), folder.pair(other, id)].first(where: { Folder.holdsFile($0) }) else { return nil }
        let archive = try NumpyArchiveReader(path)
        func tail(_ name: String, count: Int) throws -> Tail? {
            guard let values = try archive.array("\(id)_\(name)_tail_corr"), let places = try archive.array("\(id)_\(name)_tail_corr_ix")
            else { return nil }
            guard values.shape.count == 2, values.shape == places.shape else {
                throw StorageError.corrupt(path, offset: nil, problem: "'\(id)_\(name)_tail_corr' is of another model")
            }
            let (neurons, width) = (values.shape[0], values.shape[1])
            let length = min(width, count)
            func kept<Element: NumpyElement>(_ array: NumpyArray, _ type: Element.Type) throws -> [Element] {
                try array.withElements(of: type) { elements in
                    (0..<neurons).flatMap { elements[$0 * width..<$0 * width + length] }
                }
            }
            return Tail(
                correlations: try kept(values, Float.self), partners: try kept(places, Int32.self), length: length, neurons: neurons)
        }
        highest = try tail("max", count: 1 + Self.named)
        lowest = try tail("min", count: Self.named)
        self.path = path
    }

    /// The partners of highest correlation, the highest first; nil where the summary has none.
    ///
    /// - Parameter place: the neuron among all of its model.
    /// - Throws: a `StorageError` for a neuron that the summary does not have.
    func highest(of place: Int) throws -> [(partner: Int, correlation: Float)]? { try highest.map { try partners(of: place, in: $0) } }

    /// Those of lowest correlation, the lowest first.
    ///
    /// - Throws: as for the highest.
    func lowest(of place: Int) throws -> [(partner: Int, correlation: Float)]? { try lowest.map { try partners(of: place, in: $0) } }

    private func partners(of place: Int, in tail: Tail) throws -> [(partner: Int, correlation: Float)] {
        guard (0..<tail.neurons).contains(place) else {
            throw StorageError.corrupt(path, offset: nil, problem: "its tails are of another model")
        }
        let run = place * tail.length..<(place + 1) * tail.length
        // A band leaves places at the end: -1.
        return zip(tail.partners[run], tail.correlations[run]).filter { $0 >= 0 && $1.isFinite }.map { (Int($0), $1) }
    }
}
