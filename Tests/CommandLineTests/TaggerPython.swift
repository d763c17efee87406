import Foundation
import SmallRuns
import Testing

/// The Python that `UN_PYTHON_TAG` names, with spaCy, tokenizers and numpy, and `deploy/tag/tag.py` in it.
struct TaggerPython {
    private static let root = URL(fileURLWithPath: DemoRun.data).appendingPathComponent("../..").standardizedFileURL
    /// nil where there is none.
    static let shared = PythonInterpreter(variable: "UN_PYTHON_TAG").map(TaggerPython.init)

    let interpreter: PythonInterpreter

    func succeed(_ arguments: [String], in folder: URL) throws {
        let outcome = try interpreter.run(arguments, in: folder)
        try #require(outcome.status == 0, "\(outcome.errors)")
    }

    func tag(_ arguments: [String], environment: [String: String] = [:], in folder: URL) throws -> PythonInterpreter.Outcome {
        try interpreter.run([Self.root.appendingPathComponent("deploy/tag/tag.py").path] + arguments, environment: environment, in: folder)
    }
}
