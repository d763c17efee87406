import Foundation
import Testing

/// The Python with Dask and Snakemake that `UN_PYTHON_ENGINES` names, asked for with `UN_ENGINES=1`; `deploy/test --all` sets both.
enum PythonEngines {
    private static let environment = ProcessInfo.processInfo.environment

    /// Whether the tests of engines are asked for and can run.
    static let areAskedFor = environment["UN_ENGINES"] == "1" && environment["UN_PYTHON_ENGINES"] != nil

    /// The folder of the checkout that these tests belong to.
    private static let checkout = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }

    /// The path of a file under `deploy`.
    static func deployed(_ name: String) -> String { checkout.appendingPathComponent("deploy/\(name)").path }

    private static func python() throws -> URL { URL(fileURLWithPath: try #require(environment["UN_PYTHON_ENGINES"])) }

    /// A Python process that is ready to start; both of its streams go to `log`, which is made.
    static func process(
        _ arguments: [String], environment variables: [String: String] = [:], in folder: URL, log: String
    ) throws -> Process {
        try EngineTools.process(at: python(), arguments, environment: variables, in: folder, log: log)
    }

    /// Runs Python to its end.
    ///
    /// - Returns: the exit code, and what it wrote on both streams.
    static func run(
        _ arguments: [String], environment variables: [String: String] = [:], in folder: URL, seconds: Int = Patience.usual
    ) throws -> (status: Int32, text: String) {
        try EngineTools.run(
            at: python(), named: arguments.prefix(3).joined(separator: " "), arguments, environment: variables, in: folder,
            seconds: seconds)
    }

    /// The arguments of Snakemake for a run's folder.
    static func snakemake(
        _ configuration: String, output: String, options: [String] = [], settings: [String] = []
    ) throws -> [String] {
        ["-m", "snakemake", "--snakefile", deployed("snakemake/Snakefile"), "--cores", "2"] + options
            + ["--config", "configuration=\(configuration)", "output=\(output)", "program=\(try BuiltProgram.url().path)"] + settings
    }

    /// The arguments of Dask's driver for a run's folder.
    static func driver(_ configuration: String, output: String, _ options: [String]) throws -> [String] {
        [deployed("dask/run.py"), configuration, "--output", output, "--program", try BuiltProgram.url().path] + options
    }
}
