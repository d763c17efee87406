import Foundation
import Testing

@Suite("A full disk", .serialized)
struct SameBitsDiskTests {
    @Test(
        "ends a run with a message and nothing half-written; with more room the next run finishes it",
        .enabled(if: SmallDisk.isPossible, "mounting a disk of a size needs root"))
    func full() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let calm = try run.result("calm")
            let mount = run.folder.appendingPathComponent("disk")
            try FileManager.default.createDirectory(at: mount, withIntermediateDirectories: true)
            try SmallDisk.with(at: mount) { disk in
                var failures = 0
                // Each run continues what the one before left, and gets a little further.
                for kilobytes in [16, 64, 200, 400, 700, 1000, 1100, 1200, 1500, 16_000] {
                    try disk.resize(kilobytes: kilobytes)
                    let outcome = try run.program("run", "run.yaml", "--output", "disk/out", "--json")
                    if outcome.status == 0 { break }
                    failures += 1
                    #expect(outcome.status == 75, "\(kilobytes) kB: \(outcome.output)")
                    let message = outcome.jsonError?["message"] as? String
                    #expect(message?.contains("no room for disk/out") == true, "\(kilobytes) kB: \(outcome.output)")
                    let remedy = outcome.jsonError?["remedy"] as? String
                    #expect(remedy == "make room on that disk and start again, nothing was lost", "\(kilobytes) kB: \(outcome.output)")
                    #expect(run.files(in: "disk/out", ".part").isEmpty, "\(kilobytes) kB")
                }
                #expect(failures >= 3)
                #expect(try run.result("disk/out") == calm)
            }
        }
    }
}
