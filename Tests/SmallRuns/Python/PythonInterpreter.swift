import Foundation

/// A Python that `deploy/test` made, for what other people's libraries make of our files.
public struct PythonInterpreter: Sendable, CustomStringConvertible {
    /// How a program ended.
    public struct Outcome: Sendable {
        /// Exit status.
        public let status: Int32
        /// What it wrote to standard error.
        public let errors: String
    }

    /// The one with numpy, pandas, dask, xarray and zarr 3; nil where `UN_PYTHON` names none.
    public static let main = PythonInterpreter(variable: "UN_PYTHON")
    /// That one, and the one with zarr 2 and without dask that `UN_PYTHON_ZARR2` names; as far as they are there.
    public static let ofArrays = [main, PythonInterpreter(variable: "UN_PYTHON_ZARR2")].compactMap(\.self)

    /// The interpreter's file.
    public let path: String
    public var description: String { path }

    /// - Parameter variable: of the environment, which names the file; nil where it is not set.
    public init?(variable: String) {
        guard let path = ProcessInfo.processInfo.environment[variable] else { return nil }
        self.path = path
    }

    /// Runs it to its end.
    ///
    /// - Parameters:
    ///   - environment: beside this process's own.
    ///   - folder: to work in; this process's where there is none.
    public func run(_ arguments: [String], environment: [String: String] = [:], in folder: URL? = nil) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        // The repository gets no folder of compiled Python.
        process.arguments = ["-B"] + arguments
        if let folder { process.currentDirectoryURL = folder }
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let output = Pipe()
        process.standardError = output
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let errors = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Outcome(status: process.terminationStatus, errors: errors)
    }

    /// Runs a program that is given as text to its end.
    ///
    /// - Parameters:
    ///   - arguments: what `sys.argv` has after its first.
    ///   - failing: warnings that are errors.
    public func run(
        code: String, _ arguments: [String] = [], failing warnings: [String] = ["RuntimeWarning"], in folder: URL? = nil
    ) throws -> Outcome {
        try run(warnings.flatMap { ["-W", "error::\($0)"] } + ["-c", code] + arguments, in: folder)
    }
}
