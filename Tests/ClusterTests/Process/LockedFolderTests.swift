import Foundation
import Glibc
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Cluster

@Suite("A private folder that is locked")
struct LockedFolderTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// What a killed process leaves: a folder with its lock file, and nobody who holds the lock.
    private func leave(_ name: String, hasLock: Bool = true) throws -> FilePath {
        let path = folder.file(name)
        try PrivateFolder.create(at: path)
        if hasLock { try Data().write(to: URL(fileURLWithPath: path.appending("lock").string)) }
        return path
    }

    /// Makes a file or a folder an hour older than it is.
    private func age(_ path: FilePath) {
        var times = [timeval(tv_sec: time(nil) - 3_600, tv_usec: 0), timeval(tv_sec: time(nil) - 3_600, tv_usec: 0)]
        #expect(utimes(path.string, &times) == 0)
    }

    @Test("of another host stays, whatever its lock says here: on storage that they share locks may be each host's own")
    func otherHost() throws {
        let own = try leave(LockedFolder.name("gone", prefix: "p-"))
        let others = try ["p-0123abcd-living", "p-living"].map { try leave($0) }
        let next = try LockedFolder("next", prefix: "p-", in: folder.path)
        #expect(!Folder.exists(own))
        for other in others { #expect(Folder.exists(other)) }
        withExtendedLifetime(next) {}
    }

    @Test("is made where locks do not exist, and nobody takes it for abandoned there")
    func withoutLocks() throws {
        for code in [Errno.noLocks, .noFunction, .notSupported] {
            let first = try LockedFolder("first-\(code.rawValue)", prefix: "p-", in: folder.path) { _ in code }
            let second = try LockedFolder("second-\(code.rawValue)", prefix: "p-", in: folder.path) { _ in code }
            #expect(Folder.exists(first.path) && Folder.exists(second.path))
            withExtendedLifetime((first, second)) {}
        }
        #expect(throws: StorageError.self) { try LockedFolder("third", prefix: "p-", in: folder.path) { _ in .ioError } }
        #expect(try Folder.names(in: folder.path).isEmpty)
    }

    @Test("that cannot be made, because one of its name is in use, leaves that one as it is")
    func taken() throws {
        let living = try LockedFolder("living", prefix: "p-", in: folder.path)
        #expect(throws: StorageError.self) { try LockedFolder("living", prefix: "p-", in: folder.path) }
        #expect(try Folder.names(in: folder.path) == [LockedFolder.name("living", prefix: "p-")])
        #expect(try Folder.names(in: living.path) == ["lock"])
    }

    @Test("is removed also where its process was killed while it was made, once nobody can be at it any more")
    func drafts() throws {
        let name = LockedFolder.name("draft", prefix: "p-")
        let old = try [leave(".\(name)-1"), leave(".\(name)-2", hasLock: false)]
        for path in old { age(path) }
        let (fresh, other) = (try leave(".\(name)-3"), try leave(".p-0123abcd-draft"))
        age(other)
        let held = try leave(".\(name)-4")
        age(held)
        let descriptor = open(held.appending("lock").string, O_RDWR)
        #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        let next = try LockedFolder("next", prefix: "p-", in: folder.path)
        for path in old { #expect(!Folder.exists(path)) }
        for path in [fresh, other, held] { #expect(Folder.exists(path)) }
        withExtendedLifetime(next) { _ = close(descriptor) }
    }
}
