import Storage
import SystemPackage

/// Files that need not survive anything: nothing waits for the disk.
struct ScratchFiles: FileLayer {
    private let files = LocalFiles()

    func create(_ path: FilePath) throws -> OpenFile { try files.create(path) }
    func resume(_ path: FilePath) throws -> OpenFile { try files.resume(path) }
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int, to file: OpenFile) throws { try files.write(bytes, at: offset, to: file) }
    func sync(_ file: OpenFile) throws {}
    func close(_ file: OpenFile) throws { try files.close(file) }
    func rename(_ file: OpenFile, to path: FilePath) throws { try files.rename(file, to: path) }
    func discard(_ file: OpenFile) throws { try files.discard(file) }
    func remove(_ path: FilePath) throws { try files.remove(path) }
    func syncFolder(_ folder: FilePath) throws {}
    func createFolder(_ folder: FilePath) throws { try files.createFolder(folder) }
    func removeEmptyFolder(_ folder: FilePath) throws -> Bool { try files.removeEmptyFolder(folder) }
}
