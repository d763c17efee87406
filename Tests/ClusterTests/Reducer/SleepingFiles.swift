import Dispatch
import Storage
import Synchronization
import SystemPackage

/// Real files whose writer falls asleep, once, in the middle of a chunk of the matrices, and goes on when it is woken.
final class SleepingFiles: FileLayer {
    /// Where it sleeps.
    enum Moment: CaseIterable, Sendable {
        /// Before it looks whether it may still give the chunk its name.
        case sync
        /// Behind that look.
        case rename
    }

    private let moment: Moment
    private let hasSlept = Mutex(false)
    private let asleep = DispatchSemaphore(value: 0)
    private let awake = DispatchSemaphore(value: 0)
    private let local = LocalFiles()

    init(_ moment: Moment) { self.moment = moment }

    /// Waits until the writer sleeps.
    ///
    /// - Returns: whether it does.
    func waitsForSleep() -> Bool { asleep.wait(timeout: .now() + .milliseconds(patience)) == .success }

    /// Wakes the writer up.
    func wake() { awake.signal() }

    private func sleep(at moment: Moment, of file: OpenFile) {
        guard moment == self.moment, file.path.string.contains("correlations.zarr") else { return }
        let isFirst = hasSlept.withLock { hasSlept in
            defer { hasSlept = true }
            return !hasSlept
        }
        guard isFirst else { return }
        asleep.signal()
        awake.wait()
    }

    func sync(_ file: OpenFile) throws {
        sleep(at: .sync, of: file)
        try local.sync(file)
    }

    func rename(_ file: OpenFile, to path: FilePath) throws {
        sleep(at: .rename, of: file)
        try local.rename(file, to: path)
    }

    func create(_ path: FilePath) throws -> OpenFile { try local.create(path) }
    func resume(_ path: FilePath) throws -> OpenFile { try local.resume(path) }
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int, to file: OpenFile) throws { try local.write(bytes, at: offset, to: file) }
    func close(_ file: OpenFile) throws { try local.close(file) }
    func discard(_ file: OpenFile) throws { try local.discard(file) }
    func remove(_ path: FilePath) throws { try local.remove(path) }
    func syncFolder(_ folder: FilePath) throws { try local.syncFolder(folder) }
    func createFolder(_ folder: FilePath) throws { try local.createFolder(folder) }
    func removeEmptyFolder(_ folder: FilePath) throws -> Bool { try local.removeEmptyFolder(folder) }
}
