import Storage
import Synchronization
import SystemPackage

/// The local files, whose n-th operation that changes something fails as if the disk were full.
final class FailingFiles: FileLayer {
    private let local = LocalFiles()
    private let failing: Int
    private let count = Mutex(0)

    init(failingAt operation: Int) { failing = operation }

    private func step(_ path: FilePath) throws {
        let number = count.withLock {
            $0 += 1
            return $0
        }
        if number == failing { throw StorageError(.noSpace, .write, path) }
    }

    func create(_ path: FilePath) throws -> OpenFile {
        try step(path)
        return try local.create(path)
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int, to file: OpenFile) throws {
        try step("file")
        try local.write(bytes, at: offset, to: file)
    }

    func sync(_ file: OpenFile) throws {
        try step("file")
        try local.sync(file)
    }

    func close(_ file: OpenFile) throws { try local.close(file) }

    func rename(_ file: OpenFile, to path: FilePath) throws {
        try step(path)
        try local.rename(file, to: path)
    }

    func discard(_ file: OpenFile) throws { try local.discard(file) }

    func remove(_ path: FilePath) throws { try local.remove(path) }

    func syncFolder(_ folder: FilePath) throws {
        try step(folder)
        try local.syncFolder(folder)
    }

    func createFolder(_ folder: FilePath) throws {
        try step(folder)
        try local.createFolder(folder)
    }
}
