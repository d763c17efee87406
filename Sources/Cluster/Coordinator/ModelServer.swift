import Checkpoints
import Foundation
import Pipeline
import Storage
import SystemPackage

/// Gives workers the files of the plan's models, by content hash and in pieces: a worker needs no file system that it shares with anybody.
struct ModelServer {
    private let run: PlannedRun
    private var files: [Digest: [String: MappedFile]] = [:]

    init(_ run: PlannedRun) { self.run = run }

    /// The answer to a request, with the bytes that travel behind it.
    ///
    /// What does not exist is answered with an empty list: the worker says which model it misses.
    ///
    /// - Throws: `StorageError` when a file cannot be read.
    mutating func answer(_ request: ModelRequest) throws -> (piece: ModelPiece, payload: [PayloadFrame]) {
        let files = try files(of: request.model)
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

    private mutating func files(of model: Digest) throws -> [String: MappedFile] {
        if let known = files[model] { return known }
        guard let folder = run.modelFolder(of: model) else { return [:] }
        var found: [String: MappedFile] = [:]
        for name in try Folder.names(in: folder.path) where name == "config.json" || name.contains(".safetensors") {
            found[name] = try MappedFile(folder.path.appending(name))
        }
        files[model] = found
        return found
    }
}
