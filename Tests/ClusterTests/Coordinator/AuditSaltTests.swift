import Foundation
import Glibc
import Pipeline
import SmallRuns
import Testing

@testable import Cluster

@Suite("What decides which tasks are audited")
struct AuditSaltTests {
    @Test("is drawn once for a run, kept where only its owner reads it, and another one for each run")
    func kept() throws {
        let folder = try TemporaryFolder()
        let runs = ["a", "b"].map { RunFolder(folder.file($0)) }
        for run in runs { try FileManager.default.createDirectory(atPath: run.path.string, withIntermediateDirectories: true) }
        let salt = try AuditSalt.kept(in: runs[0])
        #expect(salt.count == 32 && salt.allSatisfy(\.isHexDigit))
        #expect(try AuditSalt.kept(in: runs[0]) == salt)
        #expect(try AuditSalt.kept(in: runs[1]) != salt)
        var status = stat()
        #expect(stat(runs[0].path.appending(AuditSalt.fileName).string, &status) == 0 && status.st_mode & 0o777 == 0o600)
    }
}
