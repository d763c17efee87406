import Foundation
import Testing

@Suite(
    "A reducer that is stopped in the middle of a fold", .serialized,
    .enabled(if: ProcessInfo.processInfo.environment["UN_ALL"] != nil, "only with UN_ALL=1: it watches a folder with a whole core"))
struct SleepingReducerTests {
    /// When the sleeper goes on.
    enum Waking: CaseIterable {
        /// As soon as its successor has its store.
        case early
        /// When the run is over.
        case late
    }

    /// Tries until a fold is caught in the middle: it takes a moment, and this process may not have the processor just then.
    private static let attempts = 20

    @Test("and finds its successor on the same store changes nothing, and says so", arguments: Waking.allCases)
    func sleeper(waking: Waking) throws {
        for _ in 0..<Self.attempts {
            if try TinyRun.with({ try isCaught($0, waking) }) { return }
        }
        Issue.record("no fold was caught in the middle")
    }

    /// Plays a run with a sleeper; false when its fold was over before it could be stopped.
    private func isCaught(_ run: TinyRun, _ waking: Waking) throws -> Bool {
        #expect(try run.program("run", "run.yaml", "--output", "calm").status == 0)
        let endpoint = "tcp://127.0.0.1:\(FreePort.find())"
        let coordinator = try StartedProgram(
            "coordinator", ["coordinator", "run.yaml", "--output", "out", "--listen", endpoint, "--insecure"], in: run.folder)
        let reduce = ["reducer", "--connect", endpoint, "--store", "store", "--listen", "tcp://127.0.0.1:*", "--insecure"]
        let sleeper = try StartedProgram("sleeper", reduce, in: run.folder)
        let worker = try StartedProgram(
            "worker", ["worker", "--connect", endpoint, "--insecure", "--threads", "1", "--memory", "2G"], in: run.folder)

        // Everything is folded once all tasks are done, one section after the other.
        try Patience.wait(for: "a fold", of: sleeper.process) { try !sections(run).isEmpty }
        kill(sleeper.process.processIdentifier, SIGSTOP)
        waitUntilStopped(sleeper.process.processIdentifier)
        let staged = try names(run, "store/staging").filter { $0.hasSuffix(".partial") }
        let folded = try sections(run)
        guard try folded.count < calmSections(run), !staged.isEmpty else {
            for program in [sleeper, worker, coordinator] { kill(program.process.processIdentifier, SIGKILL) }
            return false
        }

        let successor = try StartedProgram("successor", reduce + ["--take-over"], in: run.folder)
        if waking == .early {
            try Patience.wait(for: "the successor", of: successor.process) {
                try coordinator.errors.matches(of: /reducer 0 has come/).count == 2 || sections(run).count > folded.count
            }
            kill(sleeper.process.processIdentifier, SIGCONT)
            #expect(sleeper.end() == 75, "\(sleeper.errors)")
        }
        #expect(coordinator.end() == 0, "\(coordinator.errors)")
        #expect(successor.end() == 0, "\(successor.errors)")
        #expect(worker.end() == 0, "\(worker.errors)")
        #expect(try run.result("out") == run.result("calm"))
        #expect(try sections(run).count == calmSections(run))
        if waking == .late {
            let before = try contents(run)
            kill(sleeper.process.processIdentifier, SIGCONT)
            #expect(sleeper.end() == 75, "\(sleeper.errors)")
            #expect(try contents(run) == before)
        }
        #expect(sleeper.errors.contains("was taken over by"), "\(sleeper.errors)")
        return true
    }

    private func names(_ run: TinyRun, _ folder: String) throws -> [String] {
        guard run.holds(folder) else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: run.path(folder))
    }

    /// The sections that the reducer has folded.
    private func sections(_ run: TinyRun) throws -> [String] {
        try names(run, "store/sections").filter { $0.hasSuffix(".sums") || $0.hasSuffix(".top") }
    }

    /// How many there are in the end.
    private func calmSections(_ run: TinyRun) throws -> Int { try names(run, "calm/store/sections").count }

    /// Everything that lies in the store.
    private func contents(_ run: TinyRun) throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in run.files(in: "store", "") {
            // Folders have no content of their own.
            contents[name] = try? Data(contentsOf: run.folder.appendingPathComponent(name))
        }
        return contents
    }

    /// Waits until a process does nothing any more: a signal may take a moment.
    private func waitUntilStopped(_ process: Int32) {
        while let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8), !stat.contains(") T ") { usleep(100) }
    }
}
