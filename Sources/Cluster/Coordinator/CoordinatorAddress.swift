import Glibc
import Pipeline
import Storage

/// Where a run's coordinator is, for `status` and its like: a file in the run's folder as long as it answers.
///
/// A coordinator that is killed leaves the file, and whoever listens there next may coordinate another run: the token tells them apart.
public struct CoordinatorAddress: Codable, Sendable, Hashable {
    /// The file's name.
    static let fileName = "coordinator.json"

    /// Where it listens.
    public let endpoint: Endpoint
    /// Its host.
    public let host: String
    /// Its process on that host.
    public let process: Int32
    /// What only this coordinator has; nil in a file of an earlier version, whose coordinator is known by its version.
    let token: String?

    /// The address of a coordinator of this process.
    init(_ endpoint: Endpoint, token: String) {
        self.endpoint = endpoint
        host = HostName.current
        process = getpid()
        self.token = token
    }

    /// The address that a run's folder has; nil where it has none.
    ///
    /// - Throws: `StorageError` for a file that cannot be read.
    public static func read(in folder: RunFolder) throws -> CoordinatorAddress? {
        let path = folder.path.appending(fileName)
        return Folder.holdsFile(path) ? try JSONFile.read(CoordinatorAddress.self, from: path) : nil
    }

    /// Whether the coordinator of a run is known to be gone: it was a process of this host, there is none of its number, and nobody owns the
    /// run. In a container with the host's name it may have another number than here.
    public func isGone(from folder: RunFolder) -> Bool {
        host == HostName.current && kill(process, 0) != 0 && errno == ESRCH && !FolderLock.isHeld(folder.path)
    }
}
