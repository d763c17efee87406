import Foundation
import SmallRuns
import Testing

/// `deploy/python/universal_neurons.py` on a run, against the run's own files and what `inspect` says.
@Suite("universal_neurons.py")
struct PythonReaderTests {
    /// Of the tokenizer in the cache.
    static let commit = String(repeating: "b2", count: 20)

    /// Plans the demo with its tokenizer in a cache as huggingface_hub lays one out.
    private func planCached(in demo: DemoRun) throws {
        let repository = "hub/models--seeds--words"
        for folder in ["refs", "snapshots"] {
            try FileManager.default.createDirectory(atPath: demo.path("\(repository)/\(folder)"), withIntermediateDirectories: true)
        }
        try Data(Self.commit.utf8).write(to: demo.folder.appendingPathComponent("\(repository)/refs/v1"))
        let tokenizer = "\(DemoRun.data)/tokenizer"
        try FileManager.default.copyItem(atPath: tokenizer, toPath: demo.path("\(repository)/snapshots/\(Self.commit)"))
        let file = try demo.configure("cached.yaml")
        let text = try String(contentsOfFile: file, encoding: .utf8)
        try Data(text.replacing(tokenizer, with: "'hf:seeds/words@v1'").utf8).write(to: URL(fileURLWithPath: file))
        let outcome = try BuiltProgram.run(
            ["plan", "cached.yaml", "--output", "CACHED"], environment: ["HF_HUB_CACHE": demo.path("hub")], in: demo.folder)
        try #require(outcome.status == 0, "\(outcome.errors)")
    }

    private func run(_ code: String, with python: PythonInterpreter, in runs: URL) throws {
        let folder = URL(fileURLWithPath: DemoRun.data).appendingPathComponent("../../deploy/python").standardizedFileURL
        let outcome = try python.run(code: Self.imports + "\n" + code, [folder.path], in: runs)
        #expect(outcome.status == 0, "\(python): \(outcome.errors)")
    }

    /// Runs README's Python, with the run where README has it.
    private func runReadme(with python: PythonInterpreter, in demo: DemoRun) throws {
        let root = URL(fileURLWithPath: DemoRun.data).appendingPathComponent("../..").standardizedFileURL
        try FileManager.default.createDirectory(atPath: demo.path("runs"), withIntermediateDirectories: true)
        for (name, target) in [("runs/demo", demo.path("RUN")), ("deploy", root.appendingPathComponent("deploy").path)] {
            try FileManager.default.createSymbolicLink(atPath: demo.path(name), withDestinationPath: target)
        }
        let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
        let blocks = readme.components(separatedBy: "```python\n").dropFirst().compactMap { $0.components(separatedBy: "```").first }
        try #require(blocks.count == 3)
        for block in blocks.prefix(2) { try run(block, with: python, in: demo.folder) }
        // The third stands between what explain writes and what it reads, with a model in the reader's hand.
        let prompts = try BuiltProgram.run(["explain", "RUN", "--out", "prompts.jsonl", "--top", "2"], in: demo.folder)
        #expect(prompts.status == 0, "\(prompts.errors)")
        let model = """
            def explain(examples): return f'{len(examples)} examples'
            def simulate(text, tokens): return [len(token) for token in tokens]

            """
        try run(model + blocks[2], with: python, in: demo.folder)
        let answers = try BuiltProgram.run(["explain", "RUN", "--in", "answers.jsonl"], in: demo.folder)
        #expect(answers.status == 0, "\(answers.errors)")
    }

    @Test(
        "gives what the run's files and inspect say, and refuses what is not there by name",
        .enabled(if: !PythonInterpreter.ofArrays.isEmpty))
    func reader() throws {
        try DemoRun.with { demo in
            func succeed(_ arguments: [String]) throws -> String {
                let outcome = try BuiltProgram.run(arguments, in: demo.folder)
                try #require(outcome.status == 0, "\(outcome.errors)")
                return outcome.output
            }
            try demo.configure()
            _ = try succeed(["run", "run.yaml", "--output", "RUN"])
            for neuron in ["0.7", "3.178"] {
                let json = try succeed(["inspect", "RUN", "--neuron", neuron, "--json"])
                try Data(json.utf8).write(to: demo.folder.appendingPathComponent("\(neuron).json"))
            }
            let features = try succeed(["features", "RUN", "--json"])
            try Data(features.utf8).write(to: demo.folder.appendingPathComponent("features.json"))
            try demo.configure("plain.yaml", lines: ["matrices: none", "features: none", "examples: {count: 0}"])
            _ = try succeed(["run", "plain.yaml", "--output", "PLAIN"])
            _ = try succeed(["similarity", "RUN", "--measures", "cka"])
            _ = try succeed(["similarity", "RUN", "--firing", "--tokens", "4k"])
            _ = try succeed(["intervene", "RUN", "--neurons", "3.178", "--values", "0,2", "--frozen-norm", "--tokens", "2k"])
            _ = try succeed(["substitute", "RUN", "--neurons", "3.178,1.241", "--tokens", "2k"])
            for code in [Self.values, Self.tables] {
                for python in PythonInterpreter.ofArrays { try self.run(code, with: python, in: demo.folder) }
            }
            try self.run(Self.incomplete, with: PythonInterpreter.ofArrays[0], in: demo.folder)
            if let python = PythonInterpreter.main { try runReadme(with: python, in: demo) }
            try planCached(in: demo)
            try self.run(Self.cached, with: PythonInterpreter.ofArrays[0], in: demo.folder)
            try self.run(Self.refusals, with: PythonInterpreter.ofArrays[0], in: demo.folder)
        }
    }

    @Test("has as many columns in a layer as directions were asked for", .enabled(if: !PythonInterpreter.ofArrays.isEmpty))
    func bases() throws {
        try DemoRun.with { demo in
            try demo.configure("bases.yaml", lines: ["columns: {principal: {components: 12}}"])
            let outcome = try BuiltProgram.run(["run", "bases.yaml", "--output", "BASES"], in: demo.folder)
            try #require(outcome.status == 0, "\(outcome.errors)")
            for python in PythonInterpreter.ofArrays { try run(Self.bases, with: python, in: demo.folder) }
        }
    }

    @Test("has every pair of a run of several groups by its names", .enabled(if: !PythonInterpreter.ofArrays.isEmpty))
    func groups() throws {
        try TinyRun.with { run in
            try run.groupModels()
            let outcome = try run.program("run", "run.yaml", "--output", "GROUPS")
            #expect(outcome.status == 0, "\(outcome.errors)")
            for python in PythonInterpreter.ofArrays { try self.run(Self.groups, with: python, in: run.folder) }
        }
    }
}
