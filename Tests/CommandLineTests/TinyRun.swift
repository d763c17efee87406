import Foundation
import SmallRuns
import Storage
import SystemPackage

/// A run of three tiny random models over random tokens: 50 shards, a second or less.
struct TinyRun {
    static let rows = 400
    static let context = 16
    let folder: URL

    /// Path of something in the folder.
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// Runs something with a fresh tiny run.
    static func with<Result>(_ body: (TinyRun) throws -> Result) throws -> Result {
        try TemporaryFolder.with { folder in
            let run = TinyRun(folder: folder)
            try TinyModel(seed: 1).write(to: folder.appendingPathComponent("a"))
            try TinyModel(seed: 2).write(to: folder.appendingPathComponent("b"))
            try TinyModel(layers: 3, width: 12, mlp: 40, seed: 3).write(to: folder.appendingPathComponent("c"))
            var generator = SeededGenerator(tiny: 9)
            try run.writeTokens((0..<rows * context).map { _ in Int32.random(in: 0..<61, using: &generator) })
            try run.configure()
            return try body(run)
        }
    }

    func writeTokens(_ tokens: [Int32]) throws {
        try NumpyWriter.write(tokens, shape: [tokens.count / Self.context, Self.context], to: FilePath(path("tokens.npy")))
    }

    /// Gives each row a domain.
    func writeDomains(_ domains: [UInt16]) throws {
        try NumpyWriter.write(domains, shape: [domains.count], to: FilePath(path("tokens.domains.npy")))
    }

    /// Writes a configuration.
    @discardableResult
    func configure(
        _ name: String = "run.yaml", tokens: String = "all", shard: String = "128", chunk: Int = 64, extra: String = ""
    ) throws -> String {
        let text = """
            name: tiny
            corpus: {path: tokens.npy, mask: [3, 5]}
            tokens: \(tokens)
            models: [{id: a, path: a}, {id: b, path: b}, {id: c, path: c}]
            features: none
            shard: \(shard)
            replicates: 4
            chunk: \(chunk)
            calibration: 512
            rotations: {draws: 2}
            examples: {count: 3, before: 3, after: 2}
            \(extra)

            """
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        return path(name)
    }

    /// Writes two models more and a configuration of two groups: a and b, and c, d and e.
    func groupModels(_ name: String = "run.yaml") throws {
        for (seed, id) in [(4, "d"), (5, "e")] { try TinyModel(seed: UInt64(seed)).write(to: folder.appendingPathComponent(id)) }
        try configure(name, extra: "pairs: {groups: [[a, b], [c, d, e]]}")
        try rewrite(name, "{id: c, path: c}]", "{id: c, path: c}, {id: d, path: d}, {id: e, path: e}]")
    }

    /// What two runs must agree in.
    struct Result: Equatable {
        let digest: String
        let table: Data
    }

    /// The digest and the table of a finished run.
    func result(_ output: String) throws -> Result {
        let summary = try JSONSerialization.jsonObject(with: Data(contentsOf: folder.appendingPathComponent("\(output)/summary.json")))
        return Result(
            digest: (summary as? [String: Any])?["statistics_sha256"] as? String ?? "none",
            table: try Data(contentsOf: folder.appendingPathComponent("\(output)/neurons.csv")))
    }

    /// The plan of a run as JSON.
    func plan(_ output: String) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(contentsOf: folder.appendingPathComponent("\(output)/plan.json"))) as? [String: Any]
            ?? [:]
    }

    /// Runs the program in the run's folder.
    @discardableResult
    func program(_ arguments: String...) throws -> BuiltProgram.Outcome { try BuiltProgram.run(arguments, in: folder) }
}
