import Glibc
import SystemPackage

/// The files of the operating system.
public struct LocalFiles: FileLayer {
    /// The files of this machine; has no state.
    public init() {}

    public func create(_ path: FilePath) throws -> OpenFile { try begin(path, emptied: true) }

    /// Opens a file for writing that an earlier writer may have left unfinished, with what it holds, and keeps other writers out of it until
    /// it is closed; one that is not there is created.
    ///
    /// - Throws: as `create`.
    public func resume(_ path: FilePath) throws -> OpenFile { try begin(path, emptied: false) }

    private func begin(_ path: FilePath, emptied: Bool) throws -> OpenFile {
        while true {
            let descriptor = try Self.call(.create, path) { open(path.string, O_WRONLY | O_CREAT | O_CLOEXEC, 0o666) }
            let file = OpenFile(descriptor: descriptor, path: path)
            do {
                // Two writers of one name would put half of each other's bytes under the final name.
                // Where a file system has no locks, the writers' own agreement has to do.
                if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { throw StorageError.busy(path) }
                if try isStill(file) {
                    if emptied { try Self.call(.create, path) { ftruncate(descriptor, 0) } }
                    return file
                }
            } catch {
                Glibc.close(descriptor)
                throw error
            }
            // Between the opening and the lock another writer has renamed the file: it is not ours to empty.
            Glibc.close(descriptor)
        }
    }

    public func write(_ bytes: UnsafeRawBufferPointer, at offset: Int, to file: OpenFile) throws {
        var done = 0
        while done < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
            let written = pwrite(file.descriptor, rest.baseAddress, rest.count, off_t(offset + done))
            if written < 0 {
                if errno == EINTR { continue }
                throw StorageError(Errno(rawValue: errno), .write, file.path, bytes: bytes.count)
            }
            // A write of nothing without an error would loop for ever.
            guard written > 0 else { throw StorageError(.ioError, .write, file.path, bytes: bytes.count) }
            done += written
        }
    }

    public func sync(_ file: OpenFile) throws {
        try Self.call(.sync, file.path) { fsync(file.descriptor) }
    }

    public func close(_ file: OpenFile) throws {
        // A descriptor is gone even when close is interrupted (Linux), so this is never tried twice.
        if Glibc.close(file.descriptor) != 0, errno != EINTR {
            throw StorageError(Errno(rawValue: errno), .close, file.path)
        }
    }

    public func rename(_ file: OpenFile, to path: FilePath) throws {
        // Someone who cleaned the folder up (a successor) may have removed our file.
        guard try isStill(file) else { throw StorageError(.noSuchFileOrDirectory, .rename, file.path) }
        try Self.call(.rename, path) { Glibc.rename(file.path.string, path.string) }
    }

    public func remove(_ path: FilePath) throws {
        if unlink(path.string) != 0, errno != ENOENT { throw StorageError(Errno(rawValue: errno), .remove, path) }
    }

    public func syncFolder(_ folder: FilePath) throws {
        let descriptor = try Self.call(.open, folder) { open(folder.string, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        defer { Glibc.close(descriptor) }
        // Some network file systems refuse to sync a folder (EINVAL); they have no later moment to lose a name either.
        if fsync(descriptor) != 0, errno != EINVAL { throw StorageError(Errno(rawValue: errno), .sync, folder) }
    }

    public func createFolder(_ folder: FilePath) throws {
        guard !folder.isEmpty else { return }
        guard mkdir(folder.string, 0o777) != 0 else { return try syncFolder(around: folder) }
        let code = Errno(rawValue: errno)
        switch code {
        case .fileExists:
            guard Folder.exists(folder) else { throw StorageError(.notDirectory, .createFolder, folder) }
        case .noSuchFileOrDirectory:
            let parent = folder.removingLastComponent()
            guard !parent.isEmpty, parent != folder else { throw StorageError(code, .createFolder, folder) }
            try createFolder(parent)
            // Another process may have been faster.
            if mkdir(folder.string, 0o777) != 0, errno != EEXIST {
                throw StorageError(Errno(rawValue: errno), .createFolder, folder)
            }
            try syncFolder(around: folder)
        default: throw StorageError(code, .createFolder, folder)
        }
    }

    @discardableResult
    public func removeEmptyFolder(_ folder: FilePath) throws -> Bool {
        if rmdir(folder.string) == 0 { return true }
        let code = Errno(rawValue: errno)
        switch code {
        case .noSuchFileOrDirectory: return true
        // Which of the two it is depends on the file system.
        case .directoryNotEmpty, .fileExists: return false
        default:
            // A link to a folder, or a folder whose name may not be removed, which says nothing of what is in it.
            if let names = try? Folder.names(in: folder), !names.isEmpty { return false }
            throw StorageError(code, .remove, folder)
        }
    }

    /// Brings a new folder's name to the disk; what is written durably into the folder would else be lost with it.
    private func syncFolder(around folder: FilePath) throws {
        let parent = folder.removingLastComponent()
        try syncFolder(parent.isEmpty ? "." : parent)
    }

    public func discard(_ file: OpenFile) throws {
        // Someone may have removed our unfinished file, and another writer begun one of that name.
        if try isStill(file) { try remove(file.path) }
    }

    /// Whether the file's name still leads to the file that is open.
    private func isStill(_ file: OpenFile) throws -> Bool {
        var opened = stat()
        var named = stat()
        try Self.call(.open, file.path) { fstat(file.descriptor, &opened) }
        guard stat(file.path.string, &named) == 0 else { return false }
        return opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
    }

    /// Calls the operating system, again where a signal interrupted it, and turns an error number into a `StorageError`.
    @discardableResult
    static func call(_ operation: StorageError.Operation, _ path: FilePath, _ body: () -> Int32) throws -> Int32 {
        while true {
            let result = body()
            if result >= 0 { return result }
            if errno != EINTR { throw StorageError(Errno(rawValue: errno), operation, path) }
        }
    }
}
