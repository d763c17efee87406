import FaultInjection
import Foundation
import SmallRuns
import Storage
import SystemPackage
import Testing

@Suite("Durable files")
struct DurableFileTests {
    private struct Stop: Error {}

    @Test("content larger than the buffer arrives in order, and its beginning can be patched")
    func content() throws {
        let folder = try TemporaryFolder()
        let large = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        try DurableFile.replace(folder.file("x")) { file in
            try file.write([0, 0, 0, 0])
            try file.write("text ü")
            try file.write(large)
            try file.write([])
            #expect(file.count == 4 + 7 + large.count)
            try file.overwrite(at: 1, [1, 2])
            try file.write([9])
        }
        #expect(try StorageTests.content(of: folder.file("x")) == [0, 1, 2, 0] + Array("text ü".utf8) + large + [9])
        #expect(folder.names == ["x"])
    }

    @Test("when the body throws the old content stays and no unfinished file does")
    func bodyThrows() throws {
        let folder = try TemporaryFolder()
        try DurableFile.replace(folder.file("x"), with: "old")
        #expect(throws: Stop.self) {
            try DurableFile.replace(folder.file("x")) { file in
                try file.write([UInt8](repeating: 1, count: 5_000_000))
                throw Stop()
            }
        }
        #expect(try StorageTests.content(of: folder.file("x")) == Array("old".utf8))
        #expect(folder.names == ["x"])
    }

    @Test("whatever fails or tears at whatever operation, the old or the new content is there", arguments: FaultyFiles.Fault.allCases)
    func everyFault(fault: FaultyFiles.Fault) throws {
        let old = Array("old".utf8)
        let new = (0..<1_300_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        for hasOld in [true, false] {
            var position = 1
            while true {
                let folder = try TemporaryFolder()
                if hasOld { try DurableFile.replace(folder.file("x"), with: old) }
                let files = FaultyFiles(fault, at: position)
                var succeeded = false
                do {
                    try DurableFile.replace(folder.file("x"), on: files) { file in
                        try file.write([0])
                        try file.write(Array(new[1..<1_100_000]))
                        try file.write(Array(new[1_100_000...]))
                        try file.overwrite(at: 0, [new[0]])
                    }
                    succeeded = true
                } catch {
                    #expect(error as? StorageError == FaultyFiles.error)
                }
                try files.restart()
                let found = try? StorageTests.content(of: folder.file("x"))
                #expect(found == new || !succeeded && found == (hasOld ? old : nil), "operation \(position)")
                if fault == .failure { #expect(!folder.names.contains("x.part"), "operation \(position)") }
                // Whatever was left behind, the next writer gets through.
                try DurableFile.replace(folder.file("x"), with: old)
                #expect(try StorageTests.content(of: folder.file("x")) == old && folder.names == ["x"])
                if files.count < position { break }
                position += 1
            }
            #expect(position > 8)
        }
    }

    @Test("a second writer of the same file is turned away, a dead one's leftover is not in the way")
    func twoWriters() throws {
        let folder = try TemporaryFolder()
        try DurableFile.replace(folder.file("x")) { file in
            try file.write([1, 2, 3])
            #expect(throws: StorageError.busy(folder.file("x.part"))) { try DurableFile.replace(folder.file("x"), with: [4]) }
        }
        #expect(try StorageTests.content(of: folder.file("x")) == [1, 2, 3])
        try write([7, 7, 7, 7], to: folder.file("x.part"))
        try DurableFile.replace(folder.file("x"), with: [4])
        #expect(try StorageTests.content(of: folder.file("x")) == [4])
    }

    @Test("an unfinished file that someone removed is not missed silently, nor is a stranger's taken for it")
    func removedPart() throws {
        let folder = try TemporaryFolder()
        try DurableFile.replace(folder.file("x"), with: "old")
        #expect(throws: StorageError.self) {
            try DurableFile.replace(folder.file("x")) { file in
                try file.write([1])
                try LocalFiles().remove(folder.file("x.part"))
                try write([2], to: folder.file("x.part"))
            }
        }
        // The stranger goes on with his own.
        #expect(try StorageTests.content(of: folder.file("x.part")) == [2])
        #expect(try StorageTests.content(of: folder.file("x")) == Array("old".utf8))
    }

    @Test("a full disk is reported with file, operation and size, and ends with 75")
    func fullDisk() throws {
        // Writing to /dev/full fails as a full disk does.
        let file = OpenFile(descriptor: open("/dev/full", O_WRONLY), path: "/dev/full")
        defer { close(file.descriptor) }
        let error = try #require(throws: StorageError.self) {
            try [UInt8](repeating: 0, count: 77).withUnsafeBytes { try LocalFiles().write($0, at: 0, to: file) }
        }
        #expect(error == .diskFull("/dev/full", .write, bytes: 77, code: .noSpace))
        #expect(error.exitStatus == .temporaryFailure)
        #expect(error.message.contains("/dev/full") && error.message.contains("77 bytes"))
    }

    @Test(
        "each refusal of the operating system gets its case and its exit code",
        arguments: [
            (Errno.noSpace, StorageError.Operation.write, 75), (.diskQuotaExceeded, .sync, 75), (.fileTooLarge, .write, 75),
            (.permissionDenied, .create, 77), (.notPermitted, .rename, 77), (.readOnlyFileSystem, .createFolder, 77),
            (.noSuchFileOrDirectory, .open, 66), (.noSuchFileOrDirectory, .create, 73), (.notDirectory, .create, 73), (.ioError, .sync, 74),
            (.ioError, .read, 74), (.tooManyOpenFiles, .open, 74),
        ])
    func mapping(code: Errno, operation: StorageError.Operation, status: Int) {
        let error = StorageError(code, operation, "/some/file")
        #expect(error.exitStatus.rawValue == Int32(status))
        #expect(error.message.contains("/some/file") && !error.remedy.isEmpty)
    }

    @Test("a place is checked without anything being changed there, also while somebody writes the file")
    func checkedPlace() throws {
        let folder = try TemporaryFolder()
        try DurableFile.check(folder.file("x"))
        #expect(folder.names == [])
        try DurableFile.replace(folder.file("x"), with: "old")
        try DurableFile.replace(folder.file("x")) { file in
            try DurableFile.check(folder.file("x"))
            try file.write("new")
        }
        try DurableFile.check(folder.file("x"))
        #expect(try StorageTests.content(of: folder.file("x")) == Array("new".utf8) && folder.names == ["x"])
        try LocalFiles().createFolder(folder.file("y"))
        let error = #expect(throws: StorageError.self) { try DurableFile.check(folder.file("y")) }
        #expect(error == .cannotCreate(folder.file("y"), code: .isDirectory) && error?.remedy.hasPrefix("a folder has that name") == true)
        #expect(throws: StorageError.cannotCreate(folder.file("no/x.part"), code: .noSuchFileOrDirectory)) {
            try DurableFile.check(folder.file("no/x"))
        }
        #expect(folder.names == ["x", "y"])
    }

    @Test("what is no ordinary file is refused and stays; a link is what it leads to")
    func specialPlaces() throws {
        let folder = try TemporaryFolder()
        #expect(mkfifo(folder.file("pipe").string, 0o600) == 0)
        #expect(symlink(folder.file("pipe").string, folder.file("link").string) == 0)
        for name in ["pipe", "link"] {
            let refusal = StorageError.notAFile(folder.file(name), kind: .pipe)
            #expect(throws: refusal) { try DurableFile.check(folder.file(name)) }
            #expect(throws: refusal) { try DurableFile.replace(folder.file(name), with: "new") }
            #expect(refusal.exitStatus == .cannotCreate && refusal.message.contains("is a pipe") && !refusal.remedy.isEmpty)
        }
        var status = stat()
        #expect(stat(folder.file("pipe").string, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO)
        #expect(folder.names == ["link", "pipe"])
        try DurableFile.replace(folder.file("x"), with: "old")
        #expect(symlink(folder.file("x").string, folder.file("good").string) == 0)
        #expect(symlink(folder.file("none").string, folder.file("dangling").string) == 0)
        for name in ["good", "dangling"] {
            try DurableFile.check(folder.file(name))
            try DurableFile.replace(folder.file(name), with: "new")
            #expect(try StorageTests.content(of: folder.file(name)) == Array("new".utf8))
        }
        #expect(try StorageTests.content(of: folder.file("x")) == Array("old".utf8))
    }

    @Test("only a folder in which nothing is left is removed")
    func emptyFolders() throws {
        let (folder, files) = (try TemporaryFolder(), LocalFiles())
        try files.createFolder(folder.file("a/b"))
        #expect(try !files.removeEmptyFolder(folder.file("a")) && Folder.exists(folder.file("a/b")))
        #expect(try files.removeEmptyFolder(folder.file("a/b")) && files.removeEmptyFolder(folder.file("a")))
        #expect(try !Folder.exists(folder.file("a")) && files.removeEmptyFolder(folder.file("a")))
        try DurableFile.replace(folder.file("file"), with: "")
        #expect(throws: StorageError.self) { try files.removeEmptyFolder(folder.file("file")) }
        #expect(Folder.holdsFile(folder.file("file")))
        // A link is no folder; what it leads to is asked all the same.
        try files.createFolder(folder.file("full/inner"))
        try files.createFolder(folder.file("empty"))
        for name in ["full", "empty"] { #expect(symlink(folder.file(name).string, folder.file("to-\(name)").string) == 0) }
        #expect(try !files.removeEmptyFolder(folder.file("to-full")))
        #expect(throws: StorageError.self) { try files.removeEmptyFolder(folder.file("to-empty")) }
        #expect(folder.names == ["empty", "file", "full", "to-empty", "to-full"])
    }

    @Test("a missing folder, a file in a folder's place and a folder in a file's place are reported")
    func badPlaces() throws {
        let folder = try TemporaryFolder()
        #expect(throws: StorageError.cannotCreate(folder.file("no/x.part"), code: .noSuchFileOrDirectory)) {
            try DurableFile.replace(folder.file("no/x"), with: "")
        }
        try DurableFile.replace(folder.file("file"), with: "")
        let error = try #require(throws: StorageError.self) { try DurableFile.replace(folder.file("file/x"), with: "") }
        #expect(error.exitStatus == .cannotCreate)
        #expect(throws: StorageError.self) { try LocalFiles().createFolder(folder.file("file")) }
        #expect(throws: StorageError.self) { try LocalFiles().createFolder(folder.file("file/deeper")) }
        try LocalFiles().createFolder(folder.file("a/b/c"))
        try LocalFiles().createFolder(folder.file("a/b/c"))
        #expect(Folder.exists(folder.file("a/b/c")) && !Folder.exists(folder.file("file")) && Folder.holdsFile(folder.file("file")))
        #expect(try Folder.names(in: folder.path) == ["a", "file"])
        #expect(throws: StorageError.notFound(folder.file("none"))) { try Folder.names(in: folder.file("none")) }
        let place = try #require(throws: StorageError.self) { try DurableFile.replace(folder.file("a"), with: "") }
        #expect(place.exitStatus == .cannotCreate && !folder.names.contains("a.part"))
    }

    @Test("a mapped file gives its bytes, and a folder, a missing file and an empty file are told apart")
    func mapped() throws {
        let folder = try TemporaryFolder()
        try DurableFile.replace(folder.file("x"), with: "abc")
        #expect(try MappedFile(folder.file("x")).withBytes { Array($0) } == Array("abc".utf8))
        try DurableFile.replace(folder.file("empty"), with: "")
        let empty = try MappedFile(folder.file("empty"))
        empty.advise(.soon)
        #expect(empty.bytes.isEmpty)
        #expect(throws: StorageError.notFound(folder.file("none"))) { try MappedFile(folder.file("none")) }
        #expect(throws: StorageError.unsupported(folder.path, what: "a folder in the place of a file")) { try MappedFile(folder.path) }
    }
}
