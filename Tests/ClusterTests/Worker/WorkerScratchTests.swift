import Foundation
import Scheduling
import SmallRuns
import Storage
import Testing

@testable import Cluster

@Suite("A worker's scratch folder")
struct WorkerScratchTests {
    @Test("of a worker that was killed is removed by the next one; one that is in use stays, and each goes with its worker")
    func abandoned() throws {
        let folder = try TemporaryFolder()
        let used = WorkerScratch(of: WorkerID("used"), in: folder.path)
        try used.create()
        // What a killed worker leaves: the folder with its lock file, and nobody who holds the lock.
        let abandoned = folder.file(LockedFolder.name("killed", prefix: "universal-neurons-worker-"))
        try PrivateFolder.create(at: abandoned)
        try Data().write(to: URL(fileURLWithPath: abandoned.appending("lock").string))
        try PrivateFolder.create(at: abandoned.appending("plan"))
        let next = WorkerScratch(of: WorkerID("node7-1@x"), in: folder.path)
        #expect(Folder.exists(abandoned) && !Folder.exists(next.path))
        try next.create()
        #expect(!Folder.exists(abandoned))
        for scratch in [used, next] { #expect(Folder.exists(scratch.plan.path)) }
        // Once more changes nothing.
        try Data().write(to: URL(fileURLWithPath: next.path.appending("parcel").string))
        try next.create()
        #expect(Folder.holdsFile(next.path.appending("parcel")))
        next.remove()
        #expect(!Folder.exists(next.path) && Folder.exists(used.plan.path))
        // As before a worker starts itself again with other kernels.
        try next.create()
        #expect(Folder.exists(next.plan.path))
        for scratch in [used, next] { scratch.remove() }
        #expect(try Folder.names(in: folder.path).isEmpty)
    }

    @Test("is made again where somebody has removed it")
    func removed() throws {
        let folder = try TemporaryFolder()
        let scratch = WorkerScratch(of: WorkerID("w"), in: folder.path)
        try scratch.create()
        try FileManager.default.removeItem(atPath: scratch.path.string)
        try scratch.create()
        #expect(Folder.exists(scratch.plan.path))
        withExtendedLifetime(scratch) {}
    }
}
