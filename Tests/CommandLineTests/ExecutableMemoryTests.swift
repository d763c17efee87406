import Foundation
import SmallRuns
import Testing

/// A service may be forbidden to make memory executable, and oneDNN writes the code of its products as it runs.
@Suite("Where no memory may be made executable", .enabled(if: Confined.isToBeHad, "it needs Linux 6.3 and Python"))
struct ExecutableMemoryTests {
    @Test("a run of integers is refused with the reason before it begins, and an exact one has the bits of any other")
    func confined() throws {
        try TinyRun.with { run in
            #expect(try run.program("run", "run.yaml", "--output", "free").status == 0)
            let exact = try Confined.run(["run", "run.yaml", "--output", "exact"], in: run.folder)
            #expect(exact.status == 0, "\(exact.errors)")
            #expect(try run.result("exact") == run.result("free"))
            try run.configure(extra: "precision: {int8: 7}")
            let refused = try Confined.run(["run", "run.yaml", "--output", "rounded"], in: run.folder)
            #expect(refused.status == 71 && refused.errors.contains("MemoryDenyWriteExecute"), "\(refused.errors)")
            #expect(!FileManager.default.fileExists(atPath: run.path("rounded/plan.json")))
        }
    }

    @Test("no unit of a process that computes forbids it", arguments: ["coordinator", "worker@"])
    func units(_ name: String) throws {
        let text = try String(contentsOfFile: PythonEngines.deployed("systemd/universal-neurons-\(name).service"), encoding: .utf8)
        #expect(!text.contains(/(?m)^MemoryDenyWriteExecute=yes/))
    }
}

/// The program in a process that the kernel holds to what systemd's MemoryDenyWriteExecute asks for.
private enum Confined {
    /// PR_SET_MDWE with PR_MDWE_REFUSE_EXEC_GAIN, then the program in this process's place.
    private static let program = """
        import ctypes, os, sys
        if ctypes.CDLL(None).prctl(65, 1, 0, 0, 0) != 0:
            sys.exit(99)
        os.execv(sys.argv[1], sys.argv[1:])
        """

    static let isToBeHad = (try? start(["/bin/true"]).status) == 0

    static func run(_ arguments: [String], in folder: URL) throws -> BuiltProgram.Outcome {
        try start([BuiltProgram.url().path] + arguments, in: folder)
    }

    private static func start(_ command: [String], in folder: URL? = nil) throws -> BuiltProgram.Outcome {
        let process = try BuiltProgram.process([], in: folder)
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program] + command
        return try BuiltProgram.outcome(of: process)
    }
}
