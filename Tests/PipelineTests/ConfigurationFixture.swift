import Pipeline
import SystemPackage

/// A small valid configuration as text, and ways to spoil it.
enum ConfigurationFixture {
    static let file: FilePath = "/runs/study.yaml"

    /// Line numbers below refer to this text.
    static let text = """
        name: study
        corpus:
          path: text/corpus.jsonl
          tokenizer: text/tokenizer
          context: 256
        tokens: 100k
        models:
          - {id: a, path: models/a}
          - {id: b, path: /models/b}

        """

    static func parse(_ text: String) throws -> Configuration { try Configuration.parse(text, file: file) }

    /// The configuration with one more line at its end, which is line 10.
    static func adding(_ line: String) throws -> Configuration { try parse(text + line + "\n") }

    /// The configuration with one text in place of another.
    static func replacing(_ old: String, _ new: String) throws -> Configuration {
        let parts = text.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
        return try parse(parts.joined(separator: new))
    }

    /// The error that a closure throws; nil where it throws none of this module.
    static func error(_ body: () throws -> some Any) -> PipelineError? {
        do {
            _ = try body()
            return nil
        } catch {
            return error as? PipelineError
        }
    }
}
