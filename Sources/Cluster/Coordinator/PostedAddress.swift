import Pipeline
import Storage
import SystemPackage

/// A coordinator's address in its run's folder, and in that of the run whose pilot it is; removed with this object.
final class PostedAddress: Sendable {
    private let paths: [FilePath]

    /// Posts where this process's coordinator listens.
    ///
    /// - Throws: `StorageError`.
    init(_ endpoint: Endpoint, token: String, in folders: [RunFolder]) throws {
        paths = folders.map { $0.path.appending(CoordinatorAddress.fileName) }
        for path in paths { try JSONFile.write(CoordinatorAddress(endpoint, token: token), to: path) }
    }

    deinit { for path in paths { try? LocalFiles().remove(path) } }
}
