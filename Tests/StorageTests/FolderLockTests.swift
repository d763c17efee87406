import Foundation
import SmallRuns
import Storage
import SystemPackage
import Testing

@Suite("Ownership of folders")
struct FolderLockTests {
    @Test("a holder is named without taking the folder, and nobody where nobody holds it")
    func holder() throws {
        let folder = try TemporaryFolder()
        #expect(FolderLock.holder(of: folder.path) == nil && FolderLock.holder(of: folder.path.appending("none")) == nil)
        #expect(try Folder.names(in: folder.path).isEmpty)
        var lock: FolderLock? = try FolderLock(folder.path)
        #expect(FolderLock.holder(of: folder.path)?.hasPrefix("process \(getpid()) on host ") == true)
        #expect(throws: StorageError.self) { try FolderLock.checkIsFree(folder.path) }
        try lock?.check()
        lock = nil
        #expect(FolderLock.holder(of: folder.path) == nil)
        try FolderLock.checkIsFree(folder.path)
        #expect(try FolderLock(folder.path).epoch == 2)
    }

    @Test("a folder has one owner, and who comes second is told process, host and epoch")
    func oneOwner() throws {
        let folder = try TemporaryFolder()
        let lock = try FolderLock(folder.path)
        #expect(lock.epoch == 1)
        let error = try #require(throws: StorageError.self) { try FolderLock(folder.path) }
        #expect(error.exitStatus == .temporaryFailure)
        #expect(error.message.contains("process \(ProcessInfo.processInfo.processIdentifier) on host") && error.message.contains("epoch 1"))
        try lock.check()
    }

    @Test("the epoch grows with each owner, and a damaged lock file is no obstacle")
    func epochs() throws {
        let folder = try TemporaryFolder()
        for epoch in 1...3 { #expect(try FolderLock(folder.path).epoch == epoch) }
        try write(Array("nonsense".utf8), to: folder.file(".lock"))
        let lock = try FolderLock(folder.path)
        try lock.check()
        #expect(folder.names == [".lock"])
    }

    @Test("an epoch that no count of owners gives is no epoch", arguments: [Int.max, -3, 0])
    func damagedEpoch(epoch: Int) throws {
        let folder = try TemporaryFolder()
        let entry = "{\"process\": 1, \"host\": \"x\", \"epoch\": \(epoch), \"token\": \"t\"}"
        try write(Array(entry.utf8), to: folder.file(".lock"))
        #expect(try FolderLock(folder.path).epoch == 1)
        try write(Array(entry.utf8), to: folder.file(".lock"))
        #expect(try FolderLock(folder.path, takingOver: true).epoch == 1)
    }

    @Test("an owner whose folder was taken over can change nothing, whenever it wakes up")
    func takenOver() throws {
        let folder = try TemporaryFolder()
        let old = try FolderLock(folder.path)
        try old.replace(folder.file("x")) { try $0.write("old") }

        // Taken over while the old owner writes: the check before the rename stops it.
        let successor = SuccessorBox()
        #expect(throws: StorageError.self) {
            try old.replace(folder.file("x")) { file in
                try file.write("sleeper")
                successor.lock = try FolderLock(folder.path, takingOver: true)
            }
        }
        let new = try #require(successor.lock)
        #expect(new.epoch == 2)
        try new.check()
        #expect(try content(of: folder.file("x")) == Array("old".utf8))

        // Later: the check at the beginning.
        let error = try #require(throws: StorageError.self) { try old.replace(folder.file("x")) { try $0.write("sleeper") } }
        #expect(error == .lockLost(folder.path, successor: error.message.components(separatedBy: "taken over by ").last ?? ""))
        #expect(error.message.contains("epoch 2"))

        try new.replace(folder.file("x")) { try $0.write("new") }
        #expect(try content(of: folder.file("x")) == Array("new".utf8))
        #expect(folder.names == [".lock", "x"])
        let third = try FolderLock(folder.path, takingOver: true)
        #expect(third.epoch == 3)
        #expect(throws: StorageError.self) { try new.check() }
        #expect(throws: StorageError.self) { try FolderLock(folder.path) }
    }

    @Test("a process that slept between the check and the rename finds nothing to rename")
    func fencing() throws {
        let folder = try TemporaryFolder()
        let old = try FolderLock(folder.path)
        try old.replace(folder.file("x")) { try $0.write("old") }
        // A file layer that falls asleep at the rename, after the last check.
        let files = SleepingFiles {
            let lock = try FolderLock(folder.path, takingOver: true)
            try lock.replace(folder.file("x")) { try $0.write("new") }
        }
        #expect(throws: StorageError.self) { try old.replace(folder.file("x"), on: files) { try $0.write("sleeper") } }
        #expect(try content(of: folder.file("x")) == Array("new".utf8))
        #expect(folder.names == [".lock", "x"])
    }

    @Test("a new owner clears away earlier owners' unfinished files, and only those")
    func leftovers() throws {
        let folder = try TemporaryFolder()
        try LocalFiles().createFolder(folder.file("store"))
        try LocalFiles().createFolder(folder.file("owned"))
        for name in ["x.epoch3.part", "store/0.0.epoch12.part", "0.1.part", "x.part", "owned/.lock", "owned/x.epoch3.part", "y.epoch.part"]
        {
            try write([1], to: folder.file(name))
        }
        _ = try FolderLock(folder.path)
        #expect(folder.names == [".lock", "0.1.part", "owned", "store", "x.part", "y.epoch.part"])
        #expect(try Folder.names(in: folder.file("store")).isEmpty)
        #expect(try Folder.names(in: folder.file("owned")) == [".lock", "x.epoch3.part"])
    }

    @Test("a lock file that was removed is seen")
    func removed() throws {
        let folder = try TemporaryFolder()
        let lock = try FolderLock(folder.path)
        try LocalFiles().remove(folder.file(".lock"))
        #expect(throws: StorageError.self) { try lock.check() }
    }

    @Test("a folder that does not exist cannot be owned")
    func missing() throws {
        let folder = try TemporaryFolder()
        let error = try #require(throws: StorageError.self) { try FolderLock(folder.file("none")) }
        #expect(error.exitStatus == .cannotCreate)
    }

    @Test("another process sees the lock, and it goes with the process")
    func otherProcess() throws {
        let folder = try TemporaryFolder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/flock")
        process.arguments = ["--no-fork", "--exclusive", folder.file(".lock").string, "sh", "-c", "echo held; exec sleep 60"]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        defer { process.terminate() }
        // Written by what `flock` becomes when it has the lock.
        #expect(output.fileHandleForReading.availableData == Data("held\n".utf8))
        #expect(throws: StorageError.locked(folder.path, holder: "another process")) { try FolderLock(folder.path) }
    }
}

/// Holds what a closure made.
private final class SuccessorBox {
    var lock: FolderLock?
}

/// Files whose rename is preceded by what happens while its process sleeps.
private struct SleepingFiles: FileLayer {
    let local = LocalFiles()
    let meanwhile: @Sendable () throws -> Void

    init(meanwhile: @escaping @Sendable () throws -> Void) { self.meanwhile = meanwhile }

    func create(_ path: FilePath) throws -> OpenFile { try local.create(path) }
    func resume(_ path: FilePath) throws -> OpenFile { try local.resume(path) }
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int, to file: OpenFile) throws { try local.write(bytes, at: offset, to: file) }
    func sync(_ file: OpenFile) throws { try local.sync(file) }
    func close(_ file: OpenFile) throws { try local.close(file) }
    func rename(_ file: OpenFile, to path: FilePath) throws {
        try meanwhile()
        try local.rename(file, to: path)
    }
    func discard(_ file: OpenFile) throws { try local.discard(file) }
    func remove(_ path: FilePath) throws { try local.remove(path) }
    func syncFolder(_ folder: FilePath) throws { try local.syncFolder(folder) }
    func createFolder(_ folder: FilePath) throws { try local.createFolder(folder) }
    func removeEmptyFolder(_ folder: FilePath) throws -> Bool { try local.removeEmptyFolder(folder) }
}
