import Checkpoints
import Logging
import Pipeline
import Storage
import SystemPackage

/// Gives workers the files of models, and of the directions that columns are projections on, by content hash and in pieces: a worker needs
/// no file system that it shares with anybody.
struct ModelServer {
    /// The files that a content hash stands for, by name; nil where it is unknown.
    private let find: (Digest) throws -> [String: MappedFile]?
    private let logger: Logger
    private var files: [Digest: [String: MappedFile]] = [:]
    /// Models that cannot be read, of which was told.
    private var unreadable: Set<Digest> = []

    /// Gives out the models of a run and its directions.
    init(_ run: PlannedRun, logger: Logger) {
        self.logger = logger
        find = { digest in
            guard let basis = run.basis(of: digest) else { return try run.modelFolder(of: digest).map(Self.files) }
            return try Self.files(basis.fileNames(of: run.plan.numbers.models), in: basis.path)
        }
    }

    /// Gives out the models that `folder` knows by their content hashes.
    init(logger: Logger, folder: @escaping (Digest) -> ModelFolder?) {
        self.logger = logger
        find = { try folder($0).map(Self.files) }
    }

    /// The answer to a request, with the bytes that travel behind it.
    ///
    /// What does not exist, or cannot be read now, is answered with an empty list or without bytes: the worker says which model it misses.
    mutating func answer(_ request: ModelRequest) -> (piece: ModelPiece, payload: [PayloadFrame]) {
        let files = readableFiles(of: request.model)
        guard let name = request.file else {
            let list = files.map { ModelPiece.File(name: $0.key, bytes: $0.value.bytes.count) }.sorted { $0.name < $1.name }
            return (ModelPiece(model: request.model, files: list, file: nil, offset: 0), [])
        }
        // Only names of the list are answered: a request is no way to other files of this machine.
        guard let file = files[name], (0..<file.bytes.count).contains(request.offset) else {
            return (ModelPiece(model: request.model, files: [], file: name, offset: request.offset), [])
        }
        let end = min(file.bytes.count, request.offset + ModelPiece.size)
        return (
            ModelPiece(model: request.model, files: [], file: name, offset: request.offset),
            [PayloadFrame(file, request.offset..<end)]
        )
    }

    /// A folder that was moved, or a share that is away for a moment, is no reason to end the run.
    private mutating func readableFiles(of model: Digest) -> [String: MappedFile] {
        do {
            let files = try files(of: model)
            unreadable.remove(model)
            return files
        } catch {
            if unreadable.insert(model).inserted { logger.warning("model \(model) cannot be given to workers now: \(error)") }
            return [:]
        }
    }

    private mutating func files(of model: Digest) throws -> [String: MappedFile] {
        if let known = files[model] { return known }
        guard let found = try find(model) else { return [:] }
        files[model] = found
        return found
    }

    /// What else lies there, half a copy say, is none of the model's.
    private static func files(of folder: ModelFolder) throws -> [String: MappedFile] {
        try files(ModelFolder.fileNames(in: folder.path), in: folder.path)
    }

    private static func files(_ names: [String], in folder: FilePath) throws -> [String: MappedFile] {
        var found: [String: MappedFile] = [:]
        for name in names { found[name] = try MappedFile(folder.appending(name)) }
        return found
    }
}
