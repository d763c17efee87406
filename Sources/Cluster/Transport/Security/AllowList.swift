import Glibc
import Storage
import SystemPackage

/// The public keys in a folder, read again when a file there has changed. `NAME.ROLE.pub` holds a key, and says what its holder may do.
struct AllowList {
    /// What a change of a file shows in.
    private struct FileState: Equatable {
        let name: String
        let mode: mode_t
        let inode: UInt64
        let size: Int
        let seconds: Int
        let nanoseconds: Int
    }

    private let folder: FilePath
    private var states: [FileState] = []
    private var keys: [PublicKey: PeerKey] = [:]

    /// - Throws: `ClusterError.allowListOpen` where others can change it, `.badKey` for a file that holds no key, `.keyWithoutRole`, or a
    ///   `StorageError`.
    init(_ folder: FilePath) throws {
        self.folder = folder
        let states = try Self.look(at: folder)
        for state in states { try Self.add(folder.appending(state.name), to: &keys) }
        self.states = states
    }

    /// A key that is let in, or nil for any other.
    func peer(of key: PublicKey) -> PeerKey? { keys[key] }

    /// Reads the folder again if something there has changed.
    ///
    /// - Returns: What could not be read; such keys are not let in.
    mutating func refresh() -> [String] {
        do {
            let states = try Self.look(at: folder)
            guard states != self.states else { return [] }
            var problems: [String] = []
            var keys: [PublicKey: PeerKey] = [:]
            for state in states {
                do {
                    try Self.add(folder.appending(state.name), to: &keys)
                } catch {
                    problems.append(LogText.line(String(describing: error)))
                }
            }
            self.keys = keys
            self.states = states
            return problems
        } catch {
            // A folder that cannot be read lets nobody in; it is looked at again for the next peer.
            keys = [:]
            states = []
            return [LogText.line(String(describing: error))]
        }
    }

    private static func add(_ file: FilePath, to keys: inout [PublicKey: PeerKey]) throws {
        let parts = (file.lastComponent?.string ?? "").dropLast(KeyFolder.publicSuffix.count).split(separator: ".")
        guard parts.count > 1, let role = parts.last.flatMap({ KeyRole(rawValue: String($0)) }) else {
            throw ClusterError.keyWithoutRole(file)
        }
        let name = LogText.line(parts.dropLast().joined(separator: "."))
        guard KeyFolder.isName(name) else { throw ClusterError.badKeyName(name) }
        let key = try KeyFolder.publicKey(in: file, isAdmission: true)
        if let other = keys[key], other.role != role {
            throw ClusterError.badKey(file, problem: "\(other) is the same, and a key has one role")
        }
        keys[key] = PeerKey(role: role, name: name, key: key)
    }

    /// Makes sure that nobody but its owner can change a file or folder that says who is let in.
    ///
    /// - Throws: `ClusterError.allowListOpen`.
    static func check(_ status: stat, of path: FilePath) throws {
        guard status.st_mode & 0o022 != 0 else { return }
        // The modes of a volume that Kubernetes mounts for reading, such as a Secret's, let everybody write who cannot.
        var volume = statvfs()
        if statvfs(path.string, &volume) == 0, volume.f_flag & UInt(ST_RDONLY) != 0 { return }
        throw ClusterError.allowListOpen(path, mode: status.st_mode & 0o7777, command: "chmod go-w \(path.string)")
    }

    private static func look(at folder: FilePath) throws -> [FileState] {
        var status = stat()
        if stat(folder.string, &status) == 0 { try check(status, of: folder) }
        return try Folder.names(in: folder).compactMap { name in
            var status = stat()
            guard name.hasSuffix(KeyFolder.publicSuffix), !name.hasPrefix("."),
                stat(folder.appending(name).string, &status) == 0
            else { return nil }
            return FileState(
                name: name, mode: status.st_mode, inode: UInt64(status.st_ino), size: Int(status.st_size),
                seconds: Int(status.st_mtim.tv_sec),
                nanoseconds: Int(status.st_mtim.tv_nsec))
        }
    }
}
