import Foundation
import Storage
import SystemPackage
import Testing

@Suite("Mapped files")
struct MappedFileTests {
    @Test("a pipe that nobody writes to is refused at once")
    func pipe() throws {
        let folder = try TemporaryFolder()
        try #require(mkfifo(folder.file("pipe").string, 0o600) == 0)
        let error = try #require(throws: StorageError.self) { try MappedFile(folder.file("pipe")) }
        #expect(error == .unsupported(folder.file("pipe"), what: "a pipe in the place of a file"))
    }

    @Test("folders and devices are refused, and an empty file is no bytes")
    func kinds() throws {
        let folder = try TemporaryFolder()
        #expect(throws: StorageError.self) { try MappedFile(folder.path) }
        #expect(throws: StorageError.self) { try MappedFile("/dev/null") }
        #expect(throws: StorageError.notFound(folder.file("none"))) { try MappedFile(folder.file("none")) }
        try write([], to: folder.file("empty"))
        #expect(try MappedFile(folder.file("empty")).withBytes(\.count) == 0)
    }
}
