import Glibc
import Storage
import SystemPackage

/// The public keys in a folder, read again when a file there has changed.
struct AllowList {
    /// What a change of a file shows in.
    private struct FileState: Equatable {
        let name: String
        let inode: UInt64
        let size: Int
        let seconds: Int
        let nanoseconds: Int
    }

    private let folder: FilePath
    private var states: [FileState] = []
    private var names: [PublicKey: String] = [:]

    /// - Throws: `ClusterError.badKey` for a file that holds no key, or a `StorageError`.
    init(_ folder: FilePath) throws {
        self.folder = folder
        let states = try Self.look(at: folder)
        for state in states { names[try KeyFolder.publicKey(in: folder.appending(state.name))] = Self.keyName(state.name) }
        self.states = states
    }

    /// The name of a key that is let in, or nil for any other.
    func name(of key: PublicKey) -> String? { names[key] }

    /// Reads the folder again if something there has changed.
    ///
    /// - Returns: What could not be read; such keys are not let in.
    mutating func refresh() -> [String] {
        do {
            let states = try Self.look(at: folder)
            guard states != self.states else { return [] }
            var problems: [String] = []
            var names: [PublicKey: String] = [:]
            for state in states {
                do {
                    names[try KeyFolder.publicKey(in: folder.appending(state.name))] = Self.keyName(state.name)
                } catch {
                    problems.append(LogText.line(String(describing: error)))
                }
            }
            self.names = names
            self.states = states
            return problems
        } catch {
            // A folder that cannot be read lets nobody in; it is looked at again for the next peer.
            names = [:]
            states = []
            return [LogText.line(String(describing: error))]
        }
    }

    private static func keyName(_ file: String) -> String { LogText.line(String(file.dropLast(KeyFolder.publicSuffix.count))) }

    private static func look(at folder: FilePath) throws -> [FileState] {
        try Folder.names(in: folder).compactMap { name in
            var status = stat()
            guard name.hasSuffix(KeyFolder.publicSuffix), !name.hasPrefix("."),
                stat(folder.appending(name).string, &status) == 0
            else { return nil }
            return FileState(
                name: name, inode: UInt64(status.st_ino), size: Int(status.st_size), seconds: Int(status.st_mtim.tv_sec),
                nanoseconds: Int(status.st_mtim.tv_nsec))
        }
    }
}
