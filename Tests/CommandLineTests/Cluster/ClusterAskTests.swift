import Foundation
import SmallRuns
import Testing

@Suite("intervene with a process that stands by", .serialized)
struct ClusterAskTests {
    /// So many rows that they are some thirty batches, and so many conditions that each takes a while.
    private static let rows = 4_000

    private static func question(of folder: String) -> [String] {
        let neurons = (0..<5).map { "0.\($0)" }.joined(separator: ",") + ",1.5"
        return ["intervene", folder, "--neurons", neurons, "--values", "-0.17..6", "--frozen-norm", "--tokens", "all"]
    }

    /// A planned run with its plain answer, and a folder with its plan alone.
    private func with(_ body: (_ run: TinyRun, _ expected: [Data]) throws -> Void) throws {
        try TinyRun.with { run in
            var generator = SeededGenerator(tiny: 12)
            try run.writeTokens((0..<Self.rows * TinyRun.context).map { _ in Int32.random(in: 0..<61, using: &generator) })
            #expect(try run.program("plan", "run.yaml", "--output", "out").status == 0)
            let plain = try BuiltProgram.run(Self.question(of: "out"), in: run.folder)
            try #require(plain.status == 0, "\(plain.errors)")
            let expected = try files(run, "out")
            try FileManager.default.removeItem(atPath: run.path("out/interventions"))
            try FileManager.default.createDirectory(atPath: run.path("asker"), withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: run.path("out/plan.json"), toPath: run.path("asker/plan.json"))
            try body(run, expected)
        }
    }

    /// The folder of the only question; nil where there is none yet.
    private func answer(_ run: TinyRun, _ folder: String) -> String? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: run.path("\(folder)/interventions"))) ?? []
        return names.count == 1 ? run.path("\(folder)/interventions/\(names[0])") : nil
    }

    /// The batches that are done.
    private func batches(_ run: TinyRun, _ folder: String) -> [String] {
        let names = answer(run, folder).flatMap { try? FileManager.default.contentsOfDirectory(atPath: "\($0)/batches") } ?? []
        return names.filter { $0.hasSuffix(".npz") }.sorted()
    }

    /// The answer's files, the sums of all batches among them.
    private func files(_ run: TinyRun, _ folder: String) throws -> [Data] {
        let place = try #require(answer(run, folder))
        let names = ["interventions.csv", "interventions.json", "question.json"] + batches(run, folder).map { "batches/\($0)" }
        return try names.map { try Data(contentsOf: URL(fileURLWithPath: "\(place)/\($0)")) }
    }

    /// Kills a process that is alive.
    private func killed(_ program: StartedProgram) -> Bool {
        guard ProcessTree.stop(program.process.processIdentifier) else { return false }
        kill(program.process.processIdentifier, SIGKILL)
        return program.end() == 128 + SIGKILL
    }

    @Test("over tcp with keys, though a worker, whoever asks and the process that answers are killed, has the bits of one process")
    func chaos() throws {
        try with { run, expected in
            #expect(try run.program("keys", "init", "keys").status == 0)
            let endpoint = "tcp://127.0.0.1:\(FreePort.find())"
            let standing = ["answer", "out", "--listen", endpoint, "--keys", "keys", "--lease-timeout", "5"]
            let first = try StartedProgram("first", standing, in: run.folder)
            let workers = try ["a", "b"].map { name in
                try StartedProgram(
                    "worker-\(name)", ["worker", "--connect", endpoint, "--keys", "keys", "--threads", "1", "--memory", "1G"],
                    in: run.folder)
            }
            let arguments = Self.question(of: "asker") + ["--connect", endpoint, "--keys", "keys"]
            let asker = try StartedProgram("asker", arguments, in: run.folder)
            #expect(first.waits("a batch") { !batches(run, "out").isEmpty }, "\(first.errors)")
            let status = try run.program("status", endpoint, "--keys", "keys")
            #expect(status.status == 0 && status.output.contains("a question of"), "\(status.output)\(status.errors)")
            #expect(killed(workers[0]))
            let before = batches(run, "out").count
            #expect(first.waits("a batch of the other worker") { batches(run, "out").count > before }, "\(first.errors)")
            #expect(killed(asker))
            // Nothing half done is there.
            #expect(answer(run, "asker") == nil)
            let again = try StartedProgram("again", arguments, in: run.folder)
            #expect(again.waits("its turn") { again.errors.contains("is answered by the workers of \(endpoint)") }, "\(again.errors)")
            #expect(killed(first))
            let kept = batches(run, "out").count
            let second = try StartedProgram("second", standing + ["--json"], in: run.folder)
            #expect(again.end() == 0, "\(again.errors)")
            #expect(try files(run, "asker") == expected)
            #expect(kept > 0 && batches(run, "out").count == batches(run, "asker").count)
            // The next question, to the same worker.
            let small = ["--neurons", "1.5", "--kind", "zero", "--tokens", "1k"]
            let next = try BuiltProgram.run(["intervene", "asker"] + small + ["--connect", endpoint, "--keys", "keys"], in: run.folder)
            #expect(next.status == 0, "\(next.errors)")
            let plain = try BuiltProgram.run(["intervene", "out"] + small, in: run.folder)
            #expect(plain.status == 0 && plain.errors.contains("all rows are measured already"), "\(plain.errors)")
            for program in [workers[1], second] {
                kill(program.process.processIdentifier, SIGTERM)
                #expect(program.end() == 128 + SIGTERM, "\(program.errors)")
            }
            #expect(workers[1].errors.contains("ended on request, with nothing at work"), "\(workers[1].errors)")
            let end = second.objects.last??["error"] as? [String: Any]
            #expect(end?["kind"] as? String == "stopped" && end?["status"] as? Int == Int(128 + SIGTERM), "\(second.output)")
        }
    }

    @Test("is refused by the process of another run, while a run goes and where nobody listens; once that run is over it is answered")
    func refused() throws {
        try TinyRun.with { run in
            #expect(try run.program("keys", "init", "keys").status == 0)
            // The budget is no part of what a run is known by, its chunks are.
            try run.configure("other.yaml", chunk: 32)
            #expect(try run.program("plan", "other.yaml", "--output", "other").status == 0)
            let endpoint = "tcp://127.0.0.1:\(FreePort.find())"
            let coordinator = try StartedProgram(
                "coordinator", ["coordinator", "run.yaml", "--output", "out", "--listen", endpoint, "--keys", "keys", "--stay"],
                in: run.folder)
            #expect(coordinator.waits("the plan") { FileManager.default.fileExists(atPath: run.path("out/coordinator.json")) })
            func ask(_ folder: String, _ options: String...) throws -> BuiltProgram.Outcome {
                try BuiltProgram.run(
                    ["intervene", folder, "--neurons", "1.5", "--kind", "zero", "--connect", endpoint] + options, in: run.folder)
            }
            let early = try ask("out", "--keys", "keys")
            #expect(early.status == 75 && early.errors.contains("the run itself is computed here"), "\(early.status) \(early.errors)")
            let reducer = try StartedProgram(
                "reducer", ["reducer", "--connect", endpoint, "--keys", "keys", "--store", "store", "--listen", "tcp://127.0.0.1:*"],
                in: run.folder)
            let worker = try StartedProgram(
                "worker", ["worker", "--connect", endpoint, "--keys", "keys", "--threads", "1", "--memory", "1G", "--stay"], in: run.folder)
            #expect(coordinator.waits(for: "questions about the run tiny are answered at"), "\(coordinator.errors)")
            #expect(reducer.end() == 0, "\(reducer.errors)")
            let foreign = try ask("other", "--keys", "keys")
            #expect(foreign.status == 65 && foreign.errors.contains("about another run"), "\(foreign.status) \(foreign.errors)")
            let status = try run.program("status", "out", "--keys", "keys")
            #expect(
                status.status == 0 && status.output.contains(": stands by for questions, no question is asked"),
                "\(status.output)\(status.errors)")
            #expect(status.output.contains("questions: 0 answered, 0 waiting; "), "\(status.output)")
            let owned = try run.program("extend", "out", "--tokens", "all")
            #expect(owned.status != 0, "\(owned.errors)")
            let answered = try ask("out", "--keys", "keys")
            #expect(answered.status == 0, "\(answered.errors)")
            for program in [worker, coordinator] {
                kill(program.process.processIdentifier, SIGTERM)
                #expect(program.end() == 128 + SIGTERM, "\(program.errors)")
                #expect(program.errors.contains("ended on request, with nothing at work"), "\(program.errors)")
            }
            let nobody = try ask("other", "--keys", "keys")
            #expect(nobody.status == 69 && nobody.errors.contains("nobody answers"), "\(nobody.status) \(nobody.errors)")
        }
    }
}
