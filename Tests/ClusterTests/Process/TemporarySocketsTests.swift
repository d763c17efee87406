import Foundation
import Glibc
import SmallRuns
import Storage
import Testing

@testable import Cluster

@Suite("The folder of private sockets")
struct TemporarySocketsTests {
    @Test("of a process that was killed is removed by the next one; one that is in use and those of others stay")
    func abandoned() throws {
        let folder = try TemporaryFolder()
        let used = try TemporarySockets(in: folder.path)
        // What a killed process leaves: the folder with its lock file, and nobody who holds the lock.
        let abandoned = folder.file(LockedFolder.name("abandoned", prefix: "un-"))
        try PrivateFolder.create(at: abandoned)
        try Data().write(to: URL(fileURLWithPath: abandoned.appending("lock").string))
        try Data().write(to: URL(fileURLWithPath: abandoned.appending("c").string))
        // Another program's, without a lock of ours; and one that others can enter.
        let foreign = folder.file(LockedFolder.name("foreign", prefix: "un-"))
        try PrivateFolder.create(at: foreign)
        let open = folder.file(LockedFolder.name("open", prefix: "un-"))
        try FileManager.default.createDirectory(atPath: open.string, withIntermediateDirectories: true)
        chmod(open.string, 0o755)
        try Data().write(to: URL(fileURLWithPath: open.appending("lock").string))
        do {
            let next = try TemporarySockets(in: folder.path)
            #expect(!Folder.exists(abandoned))
            for kept in [used.folder, foreign, open, next.folder] { #expect(Folder.exists(kept)) }
        }
        withExtendedLifetime(used) {
            let kept = [used.folder, foreign, open].map { $0.lastComponent?.string ?? "" }
            #expect(Set((try? Folder.names(in: folder.path)) ?? []) == Set(kept))
        }
    }
}
