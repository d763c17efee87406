import Foundation
import Pipeline
import SystemPackage
import Testing

@testable import universal_neurons

@Suite("Memory and threads")
struct LimitsTests {
    @Test("are those of the arguments, else those of the run's configuration")
    func planned() throws {
        try TinyRun.with { run in
            try run.configure(extra: "memory: 2G\nthreads: 1")
            #expect(try run.program("plan", "run.yaml", "--output", "out").status == 0)
            let folder = RunFolder(FilePath(run.path("out")))
            let planned = try ResourceOptions.parse([]).limits(planIn: folder)
            #expect(planned.memory?.bytes == 2 << 30 && planned.threads == 1)
            let asked = try ResourceOptions.parse(["--memory", "4G", "--threads", "3"]).limits(planIn: folder)
            #expect(asked.memory?.bytes == 4 << 30 && asked.threads == 3)
        }
    }

    @Test("that the configuration sets hold for extend, which computes")
    func extend() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "out", "--tokens", "1k", "--memory", "1G").status == 0)
            try run.rewrite("out/plan.json", "\(1 << 30)", "\(16 << 20)")
            let refused = try run.program("extend", "out", "--tokens", "2k")
            #expect(refused.status == 78 && refused.errors.contains("16 MiB of memory are too few"), "\(refused.errors)")
            #expect(try run.program("extend", "out", "--tokens", "2k", "--memory", "1G").status == 0)
        }
    }

    @Test("reduce has no option for memory that it would not heed")
    func reduce() throws {
        let outcome = try BuiltProgram.run(["reduce", "x.partial", "--output", "y", "--memory", "1G"])
        #expect(outcome.status == 64 && outcome.errors.contains("--memory"))
    }
}
