import Analysis
import Kernels
import Storage
import SystemPackage

/// `basis/`: the principal directions that columns are projections on, `a.3.npz` for layer 3 of model a.
///
/// Each file has `directions`, float32 `[components, neurons]`, a direction a row, and beside them `variances`, float64 `[components]`, and
/// `total_variance`, that of all directions together.
public struct BasisFolder: Sendable, Hashable {
    /// The folder.
    public let path: FilePath

    /// The directions in a folder, which need not exist yet.
    public init(_ path: FilePath) { self.path = path }

    /// Opens the directions of a plan and makes sure that they are those that it was made with.
    ///
    /// - Parameter team: threads that share the hashing.
    /// - Throws: `PipelineError.planDamaged`; a `StorageError` when they cannot be read.
    public init(_ path: FilePath, of numbers: PlannedNumbers, team: ThreadTeam) throws {
        self.init(path)
        guard try digest(of: numbers.models, team: team) == numbers.basis?.digest else {
            throw PipelineError.planDamaged(file: path, reason: "they are not the directions that the plan was made with")
        }
    }

    /// The file of a layer.
    func file(model: String, layer: Int) -> FilePath { path.appending("\(model).\(layer).npz") }

    /// The names of the files of a plan's directions.
    public func fileNames(of models: [PlannedModel]) -> [String] {
        models.flatMap { model in (0..<model.layers).compactMap { file(model: model.id, layer: $0).lastComponent?.string } }
    }

    /// Writes the directions of a layer in one step.
    func write(_ found: PrincipalDirections, of model: PlannedModel, layer: Int, on files: some FileLayer) throws {
        try NumpyArchive.write(
            file(model: model.id, layer: layer),
            [
                NumpyArchive.Entry("directions", found.matrix, shape: [model.columns, model.mlpWidth]),
                NumpyArchive.Entry("variances", found.variances),
                NumpyArchive.Entry("total_variance", [found.totalVariance], shape: []),
            ], on: files)
    }

    /// The directions of a layer, `[columns, neurons]`, a direction a row.
    ///
    /// - Throws: `PipelineError.planDamaged`, `StorageError`.
    func matrix(of model: String, layer: Int, columns: Int, neurons: Int) throws -> FloatBuffer {
        let file = file(model: model, layer: layer)
        return try PipelineError.readingPlanFile(file) {
            guard let array = try NumpyArchiveReader(file).array("directions"), array.shape == [columns, neurons] else {
                throw PipelineError.planDamaged(file: file, reason: "it has no directions \([columns, neurons]) for the plan")
            }
            let values = try array.values(as: Float.self)
            let matrix = FloatBuffer(count: values.count)
            values.withUnsafeBufferPointer { source in
                if let first = source.baseAddress { matrix.pointer.update(from: first, count: source.count) }
            }
            return matrix
        }
    }

    /// The content hash of the directions of all layers.
    ///
    /// - Throws: `PipelineError.planDamaged`, `StorageError`.
    func digest(of models: [PlannedModel], team: ThreadTeam) throws -> Digest {
        let places = models.flatMap { model in (0..<model.layers).map { (model, $0) } }
        let digests = try team.map(places.count) { item, _ in
            let (model, layer) = places[item]
            let matrix = try self.matrix(of: model.id, layer: layer, columns: model.columns, neurons: model.mlpWidth)
            var builder = DigestBuilder()
            builder.update(UnsafeRawBufferPointer(matrix.values))
            return builder.finalize()
        }
        var builder = DigestBuilder()
        for ((model, layer), digest) in zip(places, digests) {
            builder.update(model.id)
            builder.update(layer)
            builder.update(digest.hex)
        }
        return builder.finalize()
    }

    /// Writes the same files into another folder.
    func copy(of models: [PlannedModel], to other: BasisFolder, on files: some FileLayer) throws {
        for name in fileNames(of: models) {
            let file = try MappedFile(path.appending(name))
            try DurableFile.replace(other.path.appending(name), on: files) { target in
                try file.withBytes { try target.write($0) }
            }
        }
    }
}
