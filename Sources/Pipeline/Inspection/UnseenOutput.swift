import Storage
import SystemPackage

/// How much of the output of each neuron of the run's reference the unembedding does not see, and how far the rest goes along token frequencies:
/// `entropy.npz`, which has every neuron where `entropy.csv` has candidates and controls.
struct UnseenOutput: Sendable {
    private let columns: [(name: String, values: [Double])]
    private let file: String

    /// Opens the file; nil where there is none.
    ///
    /// - Throws: `StorageError`, also for one with other arrays than it should have.
    init?(in folder: RunFolder) throws {
        guard Folder.holdsFile(folder.nullSpace) else { return nil }
        let archive = try NumpyArchiveReader(folder.nullSpace)
        func damaged(_ name: String) -> StorageError {
            .corrupt(folder.nullSpace, offset: nil, problem: "there is no sound array '\(name)'")
        }
        let pairs = [("null_fraction", "random_fraction"), ("frequency_corr", "random_frequency_corr")]
        columns = try pairs.flatMap { name, random -> [(name: String, values: [Double])] in
            guard let values = try archive.array(name)?.values(as: Double.self) else { return [] }
            guard let limit = try archive.array(random)?.values(as: Double.self), limit.count == 1 else { throw damaged(random) }
            return [(name, values), (random, Array(repeating: limit[0], count: values.count))]
        }
        file = folder.nullSpace.lastComponent?.string ?? ""
    }

    /// What the file says of a neuron; nil where it does not have it.
    ///
    /// - Parameter place: the neuron among all of its model.
    func excerpt(of place: Int) -> TableExcerpt? {
        let known = columns.filter { $0.values.indices.contains(place) }
        return known.isEmpty
            ? nil
            : TableExcerpt(
                table: file, title: "What of its output the unembedding does not see", columns: known.map(\.name),
                rows: [known.map { TableCell(finite: $0.values[place]) }])
    }
}
