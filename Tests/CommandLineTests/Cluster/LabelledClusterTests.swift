import Foundation
import SmallRuns
import Storage
import SystemPackage
import Testing

@Suite("A run with labels, in one process and in many", .serialized)
struct LabelledClusterTests {
    /// A tiny run of eight shards with features, and labels of its rows.
    private func label(_ run: TinyRun) throws {
        let tokens = try NumpyArray(mapping: FilePath(run.path("tokens.npy"))).values(as: Int32.self)
        try TinyLabels(tokens: tokens, context: TinyRun.context).write(to: FilePath(run.path("labels.npz")))
        try run.configure(shard: "800")
        try run.rewrite("run.yaml", "mask: [3, 5]", "mask: [3, 5], labels: labels.npz")
        try run.rewrite("run.yaml", "features: none\n", "")
    }

    @Test("has the same bits from one process, from workers and reducers, and from map and reduce")
    func sameBits() throws {
        try TinyRun.with { run in
            try label(run)
            let calm = try run.program("run", "run.yaml", "--output", "calm")
            #expect(calm.status == 0, "\(calm.errors)")
            let cluster = try run.program("run", "run.yaml", "--output", "out", "--workers", "2", "--reducers", "2")
            #expect(cluster.status == 0, "\(cluster.errors)")
            #expect(try run.result("out") == run.result("calm"))

            #expect(try run.program("plan", "run.yaml", "--output", "plan").status == 0)
            try FileManager.default.createDirectory(atPath: run.path("parts"), withIntermediateDirectories: true)
            // Of the run's folder alone: its labels lie in it.
            try FileManager.default.removeItem(atPath: run.path("labels.npz"))
            for task in 0..<8 {
                let outcome = try run.program("map", "--plan", "plan/plan.json", "--task", "\(task)", "--output", "parts/\(task).partial")
                #expect(outcome.status == 0, "\(outcome.errors)")
            }
            let reduced = try BuiltProgram.run(
                ["reduce", "--plan", "plan/plan.json"] + (0..<8).reversed().map { "parts/\($0).partial" } + ["--store", "plan/store"],
                in: run.folder)
            #expect(reduced.status == 0, "\(reduced.errors)")
            #expect(try run.program("analyze", "plan").status == 0)
            #expect(try run.result("plan") == run.result("calm"))
        }
    }

    @Test("has other bits than without labels, and is extended to the bits of a run at once")
    func extended() throws {
        try TinyRun.with { run in
            try label(run)
            #expect(try run.program("run", "run.yaml", "--output", "whole").status == 0)
            #expect(try run.program("run", "run.yaml", "--output", "grown", "--tokens", "3200").status == 0)
            let grown = try run.program("extend", "grown", "--tokens", "all")
            #expect(grown.status == 0, "\(grown.errors)")
            #expect(try run.result("grown") == run.result("whole"))
            let listed = try run.program("features", "whole", "--json")
            #expect(listed.status == 0 && listed.output.contains("\"label: part of speech NOUN\""), "\(listed.errors)")
            try run.rewrite("run.yaml", ", labels: labels.npz", "")
            #expect(try run.program("run", "run.yaml", "--output", "plain").status == 0)
            #expect(try run.result("plain").digest != run.result("whole").digest)
            let other = try run.program("run", "run.yaml", "--output", "whole")
            #expect(other.status == 78 && other.errors.contains("corpus.labels: some → none"), "\(other.errors)")
        }
    }

    @Test("ends with the first row that the labels do not fit, and what to do, before anything is computed")
    func misaligned() throws {
        try TinyRun.with { run in
            try label(run)
            var tokens = try NumpyArray(mapping: FilePath(run.path("tokens.npy"))).values(as: Int32.self)
            for row in [17, 18, 300] { tokens[row * TinyRun.context + 5] = (tokens[row * TinyRun.context + 5] + 1) % 61 }
            try run.writeTokens(tokens)
            for command in [["run", "run.yaml", "--output", "out"], ["features", "run.yaml"]] {
                let outcome = try BuiltProgram.run(command, in: run.folder)
                #expect(outcome.status == 65 && outcome.errors.contains("row 17, of the domain all, has other tokens"), "\(outcome.errors)")
                #expect(outcome.errors.contains("deploy/tag/tag.py"))
            }
            #expect(!FileManager.default.fileExists(atPath: run.path("out/plan.json")))
        }
    }
}
