import Models
import Storage
import SystemPackage

/// The samples of some rows, `batch-00003.npz`: for each name of `PathSamples.fields` float32 `[paths, samples]`.
struct PathSampleFile {
    let path: FilePath

    /// The file of a batch.
    init(batch: Int, in folder: FilePath) {
        let digits = String(batch)
        path = folder.appending("batch-\(String(repeating: "0", count: max(0, 5 - digits.count)))\(digits).npz")
    }

    /// Writes the samples of each path in one step; there are as many of each.
    ///
    /// - Throws: a `StorageError`.
    func write(_ samples: [PathSamples], on files: some FileLayer) throws {
        let shape = [samples.count, samples.first?.count ?? 0]
        try NumpyArchive.write(
            path,
            PathSamples.fields.map { field in .init(field.name, samples.flatMap { $0[keyPath: field.values] }, shape: shape) }, on: files)
    }

    /// The samples of some paths, of all unless something else is said.
    ///
    /// - Parameter paths: how many the file has.
    /// - Throws: a `StorageError`, also for a file of other paths.
    func read(_ chosen: Range<Int>? = nil, of paths: Int) throws -> [PathSamples] {
        let arrays = try NumpyArchive.read(path)
        let chosen = chosen ?? 0..<paths
        var samples = Array(repeating: PathSamples(), count: chosen.count)
        for field in PathSamples.fields {
            guard let array = arrays[field.name], array.shape.count == 2, array.shape[0] == paths else {
                throw StorageError.corrupt(path, offset: nil, problem: "it has no '\(field.name)' of \(paths) paths")
            }
            let count = array.shape[1]
            try array.withElements(of: Float.self) { values in
                for (index, place) in chosen.enumerated() {
                    samples[index][keyPath: field.values] = Array(values[place * count..<(place + 1) * count])
                }
            }
        }
        return samples
    }

    /// The bytes of the samples of some paths, each so many.
    static func bytes(paths: Int, samples: Int) -> Int { paths * samples * PathSamples.fields.count * MemoryLayout<Float>.size }
}
