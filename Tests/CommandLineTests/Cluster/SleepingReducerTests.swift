import Foundation
import Testing

@Suite("A reducer that is stopped in the middle of its work", .serialized)
struct SleepingReducerTests {
    /// When the sleeper goes on.
    enum Waking: CaseIterable {
        /// As soon as its successor has its store.
        case early
        /// When the run is over.
        case late
    }

    /// What the same run comes to when nobody sleeps.
    private struct Calm {
        let result: TinyRun.Result
        let sections: Int
    }

    /// Tries until a fold is caught in the middle: it takes a moment, and this process may not have the processor just then.
    private static let attempts = 8
    /// Layers of the three models.
    private static let columnGroups = 7
    /// Jackknife groups, each with a section of every block: five times as many as elsewhere, so that the moment is longer.
    private static let replicates = 20

    @Test("of a fold, and finds its successor on the same store, changes nothing, and says so", arguments: Waking.allCases)
    func sleeper(waking: Waking) throws {
        try TinyRun.with { run in
            try run.rewrite("run.yaml", "replicates: 4", "replicates: \(Self.replicates)")
            let calm = Calm(result: try run.calm(), sections: run.sections(in: "calm/store").count)
            for attempt in 1...Self.attempts {
                if try isCaught(run, waking, calm) { return }
                for name in ["out", "store"] { try FileManager.default.removeItem(atPath: run.path(name)) }
                print("attempt \(attempt): the fold was over before its reducer was stopped")
            }
            Issue.record("no fold was caught in the middle")
        }
    }

    /// Plays a run with a sleeper; false when its fold was over before it could be stopped.
    private func isCaught(_ run: TinyRun, _ waking: Waking, _ calm: Calm) throws -> Bool {
        let cluster = StartedCluster(run: run)
        let coordinator = try cluster.coordinator()
        // One section after the other.
        let sleeper = try cluster.reducer(log: "sleeper", ["--threads", "1"])
        let worker = try cluster.worker()

        // Everything is folded once all tasks are done.
        #expect(sleeper.waits("its store") { run.holds("store/sections") }, "\(sleeper.errors)")
        let watch = try FolderWatch(run.path("store/sections"))
        let hasBegun = sleeper.waits("a fold") {
            while run.sections(in: "store").isEmpty { guard watch.waits(milliseconds: 500) else { return false } }
            kill(sleeper.process.processIdentifier, SIGSTOP)
            return true
        }
        guard hasBegun, ProcessTree.stop(sleeper.process.processIdentifier), !run.staged(in: "store").isEmpty,
            run.sections(in: "store").count < calm.sections
        else {
            for program in [sleeper, worker, coordinator] {
                kill(program.process.processIdentifier, SIGKILL)
                _ = program.end()
            }
            return false
        }
        let folded = run.sections(in: "store").count

        let successor = try cluster.reducer(log: "successor", ["--take-over"])
        if waking == .early {
            let hasCome = successor.waits("its predecessor's part") {
                coordinator.errors.matches(of: /reducer 0 has come/).count == 2 || run.sections(in: "store").count > folded
            }
            #expect(hasCome, "\(successor.errors)")
            kill(sleeper.process.processIdentifier, SIGCONT)
            #expect(sleeper.end() == 75, "\(sleeper.errors)")
        }
        #expect(coordinator.end() == 0, "\(coordinator.errors)")
        #expect(successor.end() == 0, "\(successor.errors)")
        #expect(worker.end() == 0, "\(worker.errors)")
        #expect(try run.result("out") == calm.result)
        #expect(run.sections(in: "store").count == calm.sections)
        if waking == .late {
            let before = contents(run)
            kill(sleeper.process.processIdentifier, SIGCONT)
            #expect(sleeper.end() == 75, "\(sleeper.errors)")
            #expect(contents(run) == before)
        }
        #expect(sleeper.errors.contains("was taken over by"), "\(sleeper.errors)")
        return true
    }

    @Test("of its summaries, and wakes up when its successor has ended the run and it was extended, changes nothing of the matrices")
    func summariser() throws {
        try TinyRun.with { run in
            let calm = try run.calm()
            try run.configure("small.yaml", tokens: "2k")
            for attempt in 1...Self.attempts {
                if try isCaughtSummarising(run, calm) { return }
                for name in ["out", "store"] { try FileManager.default.removeItem(atPath: run.path(name)) }
                print("attempt \(attempt): the summaries were over before their reducer was stopped")
            }
            Issue.record("no reducer was caught between two of its groups")
        }
    }

    /// Plays a run whose reducer sleeps from its first summary on; false when it was over before it could be stopped.
    private func isCaughtSummarising(_ run: TinyRun, _ calm: TinyRun.Result) throws -> Bool {
        let cluster = StartedCluster(run: run, configuration: "small.yaml")
        let (coordinator, worker) = (try cluster.coordinator(), try cluster.worker())
        let sleeper = try cluster.reducer(log: "sleeper", ["--threads", "1"])
        let hasBegun = sleeper.waits("a summary") { sleeper.errors.contains("is summarised") }
        // A chunk and findings of its own are still to be written when it wakes up.
        guard hasBegun, ProcessTree.stop(sleeper.process.processIdentifier),
            sleeper.errors.matches(of: /is summarised/).count <= Self.columnGroups - 2
        else {
            for program in [sleeper, worker, coordinator] {
                kill(program.process.processIdentifier, SIGKILL)
                _ = program.end()
            }
            return false
        }
        let successor = try cluster.reducer(log: "successor", ["--take-over"])
        for program in [coordinator, successor, worker] { #expect(program.end() == 0, "\(program.errors)") }
        #expect(try run.program("inspect", "out").status == 0)

        let extending = try StartedProgram("extend", ["extend", "out", "--tokens", "all"], in: run.folder)
        let (next, other) = (try cluster.reducer(log: "next"), try cluster.worker("other"))
        for program in [extending, next, other] { #expect(program.end() == 0, "\(program.errors)") }
        #expect(try run.result("out") == calm)
        let before = (matrices: contents(run, "out/correlations.zarr"), store: contents(run))
        #expect(before.matrices == contents(run, "calm/correlations.zarr") && before.matrices.count > 7)

        kill(sleeper.process.processIdentifier, SIGCONT)
        #expect(sleeper.end() == 75 && sleeper.errors.contains("was taken over by"), "\(sleeper.errors)")
        #expect(contents(run, "out/correlations.zarr") == before.matrices)
        #expect(contents(run) == before.store)
        return true
    }

    /// Everything that lies in the store, or in another folder.
    private func contents(_ run: TinyRun, _ folder: String = "store") -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in run.files(in: folder, "") {
            // Folders have no content of their own.
            contents[String(name.dropFirst(folder.count))] = try? Data(contentsOf: run.folder.appendingPathComponent(name))
        }
        return contents
    }
}
