import Pipeline
import Storage
import SystemPackage

/// A coordinator's address in its run's folder; removed with this object.
final class PostedAddress: Sendable {
    private let path: FilePath

    /// Posts where this process's coordinator listens.
    ///
    /// - Throws: `StorageError`.
    init(_ endpoint: Endpoint, token: String, in folder: RunFolder) throws {
        path = folder.path.appending(CoordinatorAddress.fileName)
        try JSONFile.write(CoordinatorAddress(endpoint, token: token), to: path)
    }

    deinit { try? LocalFiles().remove(path) }
}
