import Foundation
import SmallRuns
import Testing

@Suite("intervene with workers", .serialized)
struct ClusterInterveneTests {
    /// So many rows that they are some thirty batches, and so many conditions that each takes a while.
    private static let rows = 4_000
    private static let question = [
        "intervene", "out", "--neurons", (0..<5).map { "0.\($0)" }.joined(separator: ",") + ",1.5", "--values", "-0.17..6",
        "--frozen-norm", "--tokens", "all",
    ]

    /// A planned run with its plain answer.
    private func with(_ body: (_ run: TinyRun, _ expected: [Data]) throws -> Void) throws {
        try TinyRun.with { run in
            var generator = SeededGenerator(tiny: 12)
            try run.writeTokens((0..<Self.rows * TinyRun.context).map { _ in Int32.random(in: 0..<61, using: &generator) })
            #expect(try run.program("plan", "run.yaml", "--output", "out").status == 0)
            let plain = try BuiltProgram.run(Self.question, in: run.folder)
            try #require(plain.status == 0, "\(plain.errors)")
            let expected = try files(run)
            try FileManager.default.removeItem(atPath: run.path("out/interventions"))
            try body(run, expected)
        }
    }

    /// The folder of the only question; nil where there is none yet.
    private func folder(_ run: TinyRun) -> String? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: run.path("out/interventions"))) ?? []
        return names.count == 1 ? run.path("out/interventions/\(names[0])") : nil
    }

    /// The batches that are done.
    private func batches(_ run: TinyRun) -> [String] {
        let names = folder(run).flatMap { try? FileManager.default.contentsOfDirectory(atPath: "\($0)/batches") } ?? []
        return names.filter { $0.hasSuffix(".npz") }.sorted()
    }

    /// The answer's files, the sums of all batches among them.
    private func files(_ run: TinyRun) throws -> [Data] {
        let place = try #require(folder(run))
        let names = ["interventions.csv", "interventions.json", "question.json"] + batches(run).map { "batches/\($0)" }
        return try names.map { try Data(contentsOf: URL(fileURLWithPath: "\(place)/\($0)")) }
    }

    @Test("has the bits of one process with workers that it starts, though one of them is killed")
    func ownWorkers() throws {
        try with { run, expected in
            let arguments = Self.question + ["--workers", "2", "--threads", "2"]
            let intervene = try StartedProgram("intervene", arguments, in: run.folder)
            #expect(intervene.waits("a batch") { !batches(run).isEmpty }, "\(intervene.errors)")
            let children = ProcessTree.children(of: intervene.process.processIdentifier)
            #expect(children.map(\.command) == ["worker", "worker"])
            if let child = children.first {
                // Stopped first: it was alive and had a batch.
                #expect(ProcessTree.stop(child.process))
                kill(child.process, SIGKILL)
            }
            #expect(intervene.end() == 0, "\(intervene.errors)")
            // One that had only just begun had nothing to lose.
            #expect(["is lost", "has ended with"].contains { intervene.errors.contains($0) }, "\(intervene.errors)")
            #expect(try files(run) == expected)
        }
    }

    @Test("over tcp with keys, goes on after both a worker and the process that asks were killed, and says meanwhile how far it is")
    func killed() throws {
        try with { run, expected in
            #expect(try run.program("keys", "init", "keys").status == 0)
            let endpoint = "tcp://127.0.0.1:\(FreePort.find())"
            let arguments = Self.question + ["--listen", endpoint, "--keys", "keys", "--lease-timeout", "5"]
            let first = try StartedProgram("first", arguments, in: run.folder)
            let workers = try ["a", "b"].map { name in
                try StartedProgram(
                    "worker-\(name)", ["worker", "--connect", endpoint, "--keys", "keys", "--threads", "1", "--memory", "1G"],
                    in: run.folder)
            }
            #expect(first.waits("a batch") { !batches(run).isEmpty }, "\(first.errors)")
            let status = try run.program("status", endpoint, "--keys", "keys")
            #expect(status.status == 0 && status.output.contains("a question of"), "\(status.output)\(status.errors)")
            #expect(ProcessTree.stop(workers[0].process.processIdentifier))
            kill(workers[0].process.processIdentifier, SIGKILL)
            #expect(workers[0].end() == 128 + SIGKILL)
            let before = batches(run).count
            #expect(first.waits("a batch of the other worker") { batches(run).count > before }, "\(first.errors)")
            #expect(ProcessTree.stop(first.process.processIdentifier))
            kill(first.process.processIdentifier, SIGKILL)
            #expect(first.end() == 128 + SIGKILL)
            #expect(!FileManager.default.fileExists(atPath: "\(try #require(folder(run)))/interventions.csv"))
            let second = try StartedProgram("second", arguments, in: run.folder)
            #expect(second.end() == 0, "\(second.errors)")
            #expect(try files(run) == expected)
            #expect(workers[1].end() == 0 && workers[1].errors.contains("the question is answered"), "\(workers[1].errors)")
        }
    }

    @Test("is refused over tcp without keys, at an address that is taken or another machine's, and where options contradict each other")
    func refused() throws {
        try TinyRun.with { run in
            #expect(try run.program("plan", "run.yaml", "--output", "out").status == 0)
            let question = ["intervene", "out", "--neurons", "1.5"]
            let bare = try BuiltProgram.run(question + ["--listen", "tcp://127.0.0.1:7410"], in: run.folder)
            #expect(bare.status == 78 && bare.errors.contains("there are no keys"), "\(bare.status) \(bare.errors)")
            try FreePort.whileTaken { port in
                let taken = try BuiltProgram.run(question + ["--listen", "tcp://localhost:\(port)", "--insecure"], in: run.folder)
                #expect(taken.status == 69 && taken.errors.contains("another process listens"), "\(taken.status) \(taken.errors)")
            }
            for (arguments, words) in [
                (["--listen", "tcp://0.0.0.0:7410", "--workers", "2"], "ask for one"), (["--keys", "keys"], "ask for that too"),
                (["--connect", "tcp://head:7400", "--workers", "2"], "ask for one"),
                (["--workers", "0"], "from 1 to 1024"), (["--listen", "here"], "no endpoint"),
            ] {
                let outcome = try BuiltProgram.run(question + arguments, in: run.folder)
                #expect(outcome.status == 64 && outcome.errors.contains(words), "\(arguments): \(outcome.status) \(outcome.errors)")
            }
            #expect(!FileManager.default.fileExists(atPath: run.path("out/interventions")))
        }
    }
}
