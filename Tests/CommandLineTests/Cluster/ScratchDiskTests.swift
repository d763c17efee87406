import Foundation
import Testing

@Suite("A worker that a coordinator has started, without room for its scratch files", .serialized)
struct ScratchDiskTests {
    @Test(
        "ends the run with 75, as wherever a disk is full, and with room the same command goes on",
        .enabled(if: SmallDisk.isPossible, "mounting a disk of a size needs root"))
    func full() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
            let mount = run.folder.appendingPathComponent("disk")
            try FileManager.default.createDirectory(at: mount, withIntermediateDirectories: true)
            let arguments = ["run", "run.yaml", "--output", "out", "--workers", "1", "--threads", "1"]
            try SmallDisk.with(at: mount) { disk in
                // Sockets need none.
                try disk.fill()
                let full = try BuiltProgram.run(arguments, environment: ["TMPDIR": mount.path], in: run.folder)
                #expect(full.status == 75, "\(full.errors)")
                #expect(full.errors.contains("ends each time it is started (exit code 75)"), "\(full.errors)")
                #expect(full.errors.contains("no room for "), "\(full.errors)")
            }
            let last = try run.program(arguments)
            #expect(last.status == 0, "\(last.errors)")
            #expect(try run.result("out") == run.result("calm"))
        }
    }
}
