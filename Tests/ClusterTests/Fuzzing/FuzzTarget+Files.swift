import Checkpoints
import Diagnostics
import Foundation
import Kernels
import Pipeline
import Scheduling
import SmallRuns
import Statistics
import Storage
import SystemPackage

@testable import Cluster
@testable import Corpus
@testable import Pipeline

extension FuzzTarget {
    /// Reads bytes as a file. Errors of ours say that it is not what it should be.
    private static func file(
        _ name: String, _ examples: [[UInt8]], at path: FilePath, _ read: @escaping @Sendable (FilePath) throws -> Void
    ) -> FuzzTarget {
        FuzzTarget(name: name, examples: examples) { bytes in
            do {
                try Data(bytes).write(to: URL(fileURLWithPath: path.string))
                try read(path)
                return true
            } catch is any DiagnosedError {
                return false
            }
        }
    }

    /// A partial whose directory has been changed, with the directory's checksum put right: else nothing behind that check is reached.
    private static func repaired(_ bytes: [UInt8]) -> [UInt8] {
        // At the end: where the directory begins, its length, its SHA-256, the version and the magic bytes.
        let trailer = bytes.count - 64
        guard trailer > 16 else { return bytes }
        var bytes = bytes
        let directory = bytes.withUnsafeBytes { bytes in
            let length = bytes.loadUnaligned(fromByteOffset: trailer + 8, as: Int.self)
            return length >= 0 && length < trailer ? Array(bytes[(trailer - length)..<trailer]) : []
        }
        bytes.replaceSubrange((trailer + 16)..<(trailer + 48), with: Digest(of: directory).bytes)
        withUnsafeBytes(of: trailer - directory.count) { bytes.replaceSubrange(trailer..<(trailer + 8), with: $0) }
        return bytes
    }

    private static let fixtures = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
        .appending("Fixtures")

    private static func fixture(_ name: String) throws -> [UInt8] { try MappedFile(fixtures.appending(name)).withBytes { Array($0) } }

    /// What a model's folder consists of: files of weights, with all tensors read, and configurations.
    private static func models(in folder: TemporaryFolder) throws -> [FuzzTarget] {
        func weights(_ name: String, _ examples: [String], as file: String) throws -> FuzzTarget {
            let examples = try examples.map(fixture)
            return self.file(name, examples, at: try folder.write("\(name)/\(file)", examples[0])) { path in
                let tensors = try NamedTensors(folder: path.removingLastComponent())
                for name in tensors.names { _ = try tensors.digest(of: name) }
            }
        }
        let configurations = try ["GPT2/crfm", "GPTNeoX/pythia"].map { try fixture("\($0)/config.json") }
        // An index lies beside its shards.
        for shard in 1...6 {
            let name = "model-0000\(shard)-of-00006.safetensors"
            try folder.write("shard index/\(name)", fixture("GPT2/sharded/\(name)"))
        }
        return [
            try weights("shard index", ["GPT2/sharded/model.safetensors.index.json"], as: "model.safetensors.index.json"),
            try weights("PyTorch checkpoint", ["PyTorch/types/few.bin", "PyTorch/types/few-legacy.bin"], as: "pytorch_model.bin"),
            try weights("safetensors", ["Checkpoints/values.safetensors"], as: "model.safetensors"),
            file("model configuration", configurations, at: folder.file("fuzz.config.json")) { _ = try ModelConfiguration($0) },
        ]
    }

    /// What a corpus is read by: tokenizers, and token ids with their domains.
    private static func corpora(in folder: TemporaryFolder) throws -> [FuzzTarget] {
        let tokenizers = try ["end-of-text", "added-tokens", "composed"].map { try fixture("Corpus/variants/\($0)/tokenizer.json") }
        let archives = try ["names", "texts"].map { try fixture("Corpus/tokens/\($0).npz") }
        return [
            file("tokenizer", tokenizers, at: try folder.write("tokenizer/tokenizer.json", tokenizers[0])) { path in
                let tokenizer = try Tokenizer(folder: path.removingLastComponent())
                let ids = tokenizer.encode("the therein\n  of [MASK] <|endoftext|> caf\u{E9} cafe\u{301} 12")
                _ = tokenizer.decode(ids)
                guard ids.allSatisfy({ (0..<tokenizer.vocabularySize).contains(Int($0)) }) else {
                    throw FuzzFinding("\(ids) of a vocabulary of \(tokenizer.vocabularySize)")
                }
            },
            file("token archive", archives, at: folder.file("fuzz.tokens.npz")) { path in
                let rows = try TokenRows(path, context: nil)
                let highest = try rows.check(vocabularySize: nil).highest
                try rows.readRows { row, ids in
                    guard ids.allSatisfy({ (0...highest).contains($0) }) else { throw FuzzFinding("row \(row) is \(Array(ids))") }
                }
                let found = try TokenRowDomains(of: path, rows: rows.count)
                guard found.domains.count == rows.count, found.domains.allSatisfy({ found.names.indices.contains(Int($0)) }) else {
                    throw FuzzFinding("domains \(found.domains) of \(found.names.count)")
                }
            },
        ]
    }

    /// A tagger's labels: the archive, and what a run's folder has of it.
    private static func labels(in folder: TemporaryFolder) throws -> [FuzzTarget] {
        let (archive, rows) = (folder.file("example.labels.npz"), folder.file("example.labels.npy"))
        try TinyLabels(tokens: (0..<64).map { Int32($0) }, context: 16).write(to: archive)
        try LabelFile(archive).rows.write(to: rows)
        return [
            file("labels", [try MappedFile(archive).withBytes { Array($0) }], at: folder.file("fuzz.labels.npz")) {
                _ = try LabelFile($0)
            },
            file("labels of rows", [try MappedFile(rows).withBytes { Array($0) }], at: folder.file("fuzz.labels.npy")) { path in
                let labels = try LabelRows.open(path, combinations: 4)
                for row in 0..<labels.rowCount where !labels.labels(ofRow: row).allSatisfy({ (0..<4).contains($0) }) {
                    throw FuzzFinding("labels outside the table")
                }
            },
        ]
    }

    /// The files that travel, those that a run's folder holds, and those that a run reads.
    static func files(_ tiny: TinyPlan, in folder: TemporaryFolder) throws -> [FuzzTarget] {
        func bytes(_ path: FilePath) throws -> [UInt8] { try MappedFile(path).withBytes { Array($0) } }
        let run = tiny.run.folder
        let plan = tiny.plan
        let inputs = try models(in: folder) + corpora(in: folder) + labels(in: folder)
        return try inputs + partials("partial", of: run, plan, in: folder) + means(in: folder) + [
            file("plan", [try bytes(run.plan)], at: folder.file("fuzz.json")) { path in
                let plan = try JSONFile.read(RunPlan.self, from: path)
                _ = try plan.numbers.identity()
                if plan.problem() != nil { return }
                guard let rules = ParcelRules(plan, reducer: 0) else { return }
                for shard in [0, 1, plan.windows, .max] {
                    for group in [0, plan.blockGroups.count] { _ = rules.sections(of: TaskID(shard: shard, group: group)) }
                }
            },
            file("calibration", [try bytes(run.calibration)], at: folder.file("fuzz.npz")) { path in
                _ = try CalibrationFile.read(path, layout: plan.layout, digest: nil)
            },
        ]
    }

    /// The partial of a run's first task, as it is and with its directory's checksum put right.
    private static func partials(_ name: String, of run: RunFolder, _ plan: RunPlan, in folder: TemporaryFolder) throws -> [FuzzTarget] {
        let output = folder.file("example.\(name)")
        _ = try MapTask(folder: run, task: 0, output: output, context: JobContext(team: ThreadTeam(count: 1))).run()
        let partial = try MappedFile(output).withBytes { Array($0) }
        @Sendable func read(_ path: FilePath) throws {
            let reader = try PartialReader(path)
            try? reader.check(plan: plan.identity)
            for section in reader.sections { _ = try? reader.read(section, shape: plan.shape) }
            try reader.verify()
        }
        let repairedPath = folder.file("fuzz.repaired.\(name)")
        return [
            file(name, [partial], at: folder.file("fuzz.\(name)"), read),
            FuzzTarget(name: "\(name), repaired", examples: [partial]) { bytes in
                do {
                    try Data(repaired(bytes)).write(to: URL(fileURLWithPath: repairedPath.string))
                    try read(repairedPath)
                    return true
                } catch is any DiagnosedError {
                    return false
                }
            },
        ]
    }

    /// The partial of a plan that keeps sums by token.
    private static func means(in folder: TemporaryFolder) throws -> [FuzzTarget] {
        let place = try TemporaryFolder()
        defer { withExtendedLifetime(place) {} }
        var configuration = try TinyPlan.configuration(in: place, rows: 32, shardRows: 8)
        configuration.moments = MomentSettings(maxima: 3, means: 4)
        let run = RunFolder(place.file("run"))
        let planned = try PlanJob(configuration: configuration, folder: run, context: JobContext(team: ThreadTeam(count: 1))).run()
        return try partials("partial with means", of: run, planned.plan, in: folder)
    }
}
