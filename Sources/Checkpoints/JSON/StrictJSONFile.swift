import Storage
import SystemPackage

/// Reads the JSON files of a model's folder, strictly.
enum StrictJSONFile {
    /// A configuration has a few kilobytes, an index of ten thousand tensors one megabyte. As values a text takes some twenty times its size.
    static let mostBytes = 1 << 24

    /// Parses a whole file.
    ///
    /// - Throws: `CheckpointError.notFound` or `.invalidJSON` with the byte; a `StorageError` when the file cannot be read.
    static func parse(_ path: FilePath) throws -> JSONValue {
        guard Folder.holdsFile(path) else {
            throw CheckpointError.notFound(path: path, wanted: path.lastComponent?.string ?? "the file")
        }
        let mapped = try MappedFile(path)
        guard mapped.bytes.count <= mostBytes else {
            throw CheckpointError.invalidJSON(
                file: path, offset: mostBytes, reason: "it has \(mapped.bytes.count) bytes, the most that are read are \(mostBytes)")
        }
        do {
            return try mapped.withBytes { try JSONParser.parse($0) }
        } catch let error as JSONParser.Fault {
            throw CheckpointError.invalidJSON(file: path, offset: error.offset, reason: error.reason)
        }
    }
}
