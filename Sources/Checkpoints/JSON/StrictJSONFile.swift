import Storage
import SystemPackage

/// Reads the JSON files of a model's folder, strictly.
enum StrictJSONFile {
    /// The bytes of the largest `config.json` that is read: real ones have a few kilobytes.
    static let longestConfiguration = 1 << 20
    /// The bytes of the largest index or header that is read: ten thousand tensors take one megabyte. As values a text takes some twenty
    /// times its size.
    static let longestList = 1 << 24

    /// Parses a whole file.
    ///
    /// - Parameter most: the bytes of the largest file that is read.
    /// - Throws: `CheckpointError.notFound` or `.invalidJSON` with the byte; a `StorageError` when the file is larger or cannot be read.
    static func parse(_ path: FilePath, most: Int) throws -> JSONValue {
        guard Folder.holdsFile(path) else {
            throw CheckpointError.notFound(path: path, wanted: path.lastComponent?.string ?? "the file")
        }
        do {
            return try MappedFile(path, most: most).withBytes { try JSONParser.parse($0) }
        } catch let error as JSONParser.Fault {
            throw CheckpointError.invalidJSON(file: path, offset: error.offset, reason: error.reason)
        }
    }
}
