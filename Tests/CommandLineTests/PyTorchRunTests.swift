import Foundation
import SmallRuns
import Testing

@Suite("The same bits of PyTorch checkpoints", .serialized)
struct PyTorchRunTests {
    private static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/PyTorch")

    /// Puts a model that torch and transformers wrote into the place of one of a run, with its weights in one of the two formats.
    private func place(_ fixture: String, _ id: String, isSafe: Bool, in run: TinyRun) throws {
        let source = Self.fixtures.appendingPathComponent(fixture)
        try FileManager.default.removeItem(atPath: run.path(id))
        try FileManager.default.createDirectory(atPath: run.path(id), withIntermediateDirectories: true)
        for file in try FileManager.default.contentsOfDirectory(atPath: source.path) {
            let isWeights = file != "config.json"
            guard !isWeights || file.contains(".safetensors") == isSafe else { continue }
            try FileManager.default.copyItem(atPath: source.appendingPathComponent(file).path, toPath: run.path("\(id)/\(file)"))
        }
    }

    @Test("are those of safetensors of the same weights, in every layout and precision, in one process and with workers")
    func sameBits() throws {
        try TinyRun.with { run in
            let half = [("float16", "b"), ("crfm", "c")]
            for (fixture, id) in [("zip", "a")] + half { try place(fixture, id, isSafe: true, in: run) }
            let safe = try run.program("run", "run.yaml", "--output", "safe")
            #expect(safe.status == 0, "\(safe.errors)")
            let calm = try run.result("safe")
            for layout in ["zip", "legacy", "sharded", "views", "views-legacy", "training"] {
                for (fixture, id) in [(layout, "a")] + half { try place(fixture, id, isSafe: false, in: run) }
                let outcome = try run.program("run", "run.yaml", "--output", layout)
                #expect(outcome.status == 0, "\(layout): \(outcome.errors)")
                #expect(try run.result(layout) == calm, "\(layout)")
            }
            for layout in ["sharded-safetensors", "body"] {
                try place(layout, "a", isSafe: true, in: run)
                let outcome = try run.program("run", "run.yaml", "--output", layout)
                #expect(outcome.status == 0, "\(layout): \(outcome.errors)")
                #expect(try run.result(layout) == calm, "\(layout)")
            }
            try place("views", "a", isSafe: false, in: run)
            // The run of the one format goes on with the other: the models are the same.
            #expect(try run.program("run", "run.yaml", "--output", "safe").status == 0)
            let cluster = try run.program("run", "run.yaml", "--output", "cluster", "--workers", "2", "--reducers", "2")
            #expect(cluster.status == 0, "\(cluster.errors)")
            #expect(try run.result("cluster") == calm)
        }
    }

    @Test("and so of GPT-NeoX, which transformers 5 names otherwise in memory than in its files, and of bfloat16")
    func otherModels() throws {
        try TinyRun.with { run in
            let models = [("gpt-neox", "a"), ("gpt-neox-tied", "b"), ("bfloat16", "c")]
            for isSafe in [true, false] {
                for (fixture, id) in models { try place(fixture, id, isSafe: isSafe, in: run) }
                let outcome = try run.program("run", "run.yaml", "--output", "\(isSafe)")
                #expect(outcome.status == 0, "\(outcome.errors)")
            }
            let calm = try run.result("true")
            #expect(calm.digest.utf8.count == 64)
            #expect(try run.result("false") == calm)
            // The body alone has the activations of the whole.
            try place("gpt-neox-body", "b", isSafe: true, in: run)
            #expect(try run.program("run", "run.yaml", "--output", "safe body").status == 0)
            try place("gpt-neox-body", "b", isSafe: false, in: run)
            #expect(try run.program("run", "run.yaml", "--output", "raw body").status == 0)
            #expect(try run.result("raw body") == run.result("safe body"))
        }
    }

    @Test("and the log says which file is read where a folder has both")
    func both() throws {
        try TinyRun.with { run in
            try Data("not even opened".utf8).write(to: URL(fileURLWithPath: run.path("b/pytorch_model.bin")))
            let outcome = try run.program("plan", "run.yaml", "--output", "out", "--verbose")
            #expect(outcome.status == 0)
            #expect(outcome.errors.contains("model.safetensors is read, pytorch_model.bin is not"), "\(outcome.errors)")
        }
    }

    @Test("a checkpoint that asks for os.system ends plan and run with 65 and the name; nothing is executed")
    func hostile() throws {
        try TinyRun.with { run in
            try FileManager.default.removeItem(atPath: run.path("b/model.safetensors"))
            let executed = run.path("executed")
            let command = "touch \(executed)"
            let length = withUnsafeBytes(of: UInt32(command.utf8.count).littleEndian) { Array($0) }
            let call: [UInt8] = Array("cposix\nsystem\n".utf8) + [0x58] + length + Array(command.utf8) + [0x85, 0x52, 0x2E]
            // The older layout: magic number, version, facts, then the pickle.
            let before: [UInt8] = [
                0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E, 0x80, 2, 0x4D, 0xE9, 3, 0x2E,
            ]
            let facts: [UInt8] = [0x80, 2, 0x7D, 0x58, 13, 0, 0, 0] + Array("little_endian".utf8) + [0x88, 0x73, 0x2E]
            let file = URL(fileURLWithPath: run.path("b/pytorch_model.bin"))
            try Data(before + facts + [0x80, 2] + call).write(to: file)
            let place = before.count + facts.count + 2
            for arguments in [["plan", "run.yaml", "--output", "out"], ["run", "run.yaml", "--output", "out"]] {
                let outcome = try BuiltProgram.run(arguments, in: run.folder)
                #expect(outcome.status == 65)
                #expect(outcome.errors.contains("posix.system at byte \(place)"), "\(outcome.errors)")
            }
            let estimate = try run.program("plan", "run.yaml", "--gigaflops", "50")
            #expect((estimate.output + estimate.errors).contains("posix.system"), "\(estimate.output) \(estimate.errors)")
            #expect(!FileManager.default.fileExists(atPath: executed))
        }
    }
}
