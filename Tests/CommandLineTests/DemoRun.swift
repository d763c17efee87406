import Foundation
import SmallRuns

/// A small configuration over the demo's data, in a temporary folder.
struct DemoRun {
    /// The folder that everything goes into.
    let folder: URL

    /// The demo's data, in the repository.
    static let data = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("configs/demo").path

    /// Path of something in the folder.
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// The content of a file in the folder.
    func bytes(_ name: String) throws -> Data { try Data(contentsOf: folder.appendingPathComponent(name)) }

    /// The object in a JSON file.
    func json(_ name: String) throws -> [String: Any]? { try JSONSerialization.jsonObject(with: bytes(name)) as? [String: Any] }

    /// Writes a configuration of two models; `lines` come at its end.
    @discardableResult
    func configure(
        _ name: String = "run.yaml", tokens: String = "16k", models: [String] = ["a", "b"], shard: Int = 2_048, chunk: Int = 1_024,
        lines: [String] = []
    ) throws -> String {
        let text = """
            name: small
            corpus: {path: \(Self.data)/corpus.jsonl.zst, tokenizer: \(Self.data)/tokenizer, context: 256}
            tokens: \(tokens)
            models: [\(models.map { "{id: \($0), path: \(Self.data)/models/demo-gpt2-\($0)}" }.joined(separator: ", "))]
            rotations: {draws: 1}
            shard: \(shard)
            chunk: \(chunk)
            calibration: 2048
            \(lines.contains { $0.hasPrefix("replicates") } ? "" : "replicates: 2")
            \(lines.joined(separator: "\n"))

            """
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        return path(name)
    }

    /// Writes the demo's own configuration, with another budget, into the folder of a run.
    static func writeWhole(_ name: String, tokens: String = "all", in run: TinyRun) throws {
        let source = URL(fileURLWithPath: data).deletingLastPathComponent().appendingPathComponent("demo.yaml")
        try FileManager.default.copyItem(at: source, to: run.folder.appendingPathComponent(name))
        try run.rewrite(name, ": demo/", ": \(data)/")
        try run.rewrite(name, "tokens: 100k", "tokens: \(tokens)")
    }

    /// Runs something in a fresh folder.
    static func with<Result>(_ body: (DemoRun) throws -> Result) throws -> Result {
        try TemporaryFolder.with { try body(DemoRun(folder: $0)) }
    }
}
