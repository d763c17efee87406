import Storage
import Synchronization
import SystemPackage

/// Real files on a disk that is full while it is told to be.
final class SwitchedFiles: FileLayer {
    private let full = Mutex(false)
    private let local = LocalFiles()

    /// Whether nothing can be written.
    var isFull: Bool {
        get { full.withLock { $0 } }
        set { full.withLock { $0 = newValue } }
    }

    private func check(_ path: FilePath) throws {
        if isFull { throw StorageError(.noSpace, .write, path, bytes: 1) }
    }

    func create(_ path: FilePath) throws -> OpenFile { try local.create(path) }
    func resume(_ path: FilePath) throws -> OpenFile { try local.resume(path) }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int, to file: OpenFile) throws {
        try check(file.path)
        try local.write(bytes, at: offset, to: file)
    }

    func sync(_ file: OpenFile) throws { try local.sync(file) }
    func close(_ file: OpenFile) throws { try local.close(file) }
    func rename(_ file: OpenFile, to path: FilePath) throws { try local.rename(file, to: path) }
    func discard(_ file: OpenFile) throws { try local.discard(file) }
    func remove(_ path: FilePath) throws { try local.remove(path) }
    func syncFolder(_ folder: FilePath) throws { try local.syncFolder(folder) }
    func createFolder(_ folder: FilePath) throws { try local.createFolder(folder) }
    func removeEmptyFolder(_ folder: FilePath) throws -> Bool { try local.removeEmptyFolder(folder) }
}
