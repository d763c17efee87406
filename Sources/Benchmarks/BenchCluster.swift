import Cluster
import Foundation
import Kernels
import Pipeline
import Storage
import SystemPackage

/// A coordinator and its only reducer, started from this program on a run of two random models over random tokens.
final class BenchCluster {
    /// The run that they are given.
    struct Work {
        /// Tasks.
        let tasks: Int
        /// Rows of a task, and tokens of a row.
        let rows: Int, context: Int
        /// Of the models' residual stream.
        let width: Int
    }

    let folder: ScratchFolder
    let coordinator: MeasuredProcess
    let reducer: MeasuredProcess
    /// Where the coordinator listens, and what a client needs for that.
    let endpoint: Endpoint
    let security: Security
    /// The plan's block groups.
    let groups: Int
    /// The run's folder.
    var run: RunFolder { RunFolder(folder.path.appending("run")) }

    /// Seconds after which something has gone wrong that no longer wait would mend.
    private static let patience = 180.0
    /// The same of tasks, which take minutes where the machine is slow.
    private static let patienceOfTasks = 3_600.0

    /// Starts both on a run of random models.
    ///
    /// - Parameter hasKeys: over tcp with keys, else over sockets within the machine.
    /// - Throws: `BenchmarkError`, errors of the scratch folder.
    convenience init(_ work: Work, program: FilePath, hasKeys: Bool) throws {
        let folder = try ScratchFolder()
        try Self.write(work, to: folder.path)
        try self.init(of: "bench.yaml", in: folder, program: program, hasKeys: hasKeys)
    }

    /// Starts both on any run.
    ///
    /// - Parameters:
    ///   - file: its configuration.
    ///   - options: further ones of the coordinator.
    ///   - folder: where the run and the store go.
    ///   - reducerOptions: further ones of the reducer.
    ///   - hasKeys: over tcp with keys, else over sockets within the machine.
    /// - Throws: `BenchmarkError`, errors of the folder.
    init(
        of file: FilePath, options: [String] = [], in folder: ScratchFolder, reducerOptions: [String] = [], program: FilePath,
        hasKeys: Bool
    ) throws {
        self.folder = folder
        let path = folder.path
        let run = RunFolder(path.appending("run"))
        let listen = hasKeys ? "tcp://127.0.0.1:*" : "ipc://\(path.appending("c"))"
        let protection = try hasKeys ? ["--keys", KeyFolder.create(at: path.appending("keys")).path.string] : []
        coordinator = try MeasuredProcess(
            "coordinator", program: program,
            // Nobody is lost while the clock runs: what is measured is not what silence costs.
            arguments: ["coordinator", file.string, "--output", "run", "--listen", listen, "--lease-timeout", "3600"] + protection
                + options,
            in: path)
        let end = Date(timeIntervalSinceNow: Self.patience)
        var found: Endpoint?
        while found == nil {
            try coordinator.check()
            guard Date() < end else { throw BenchmarkError.processFailed(name: "coordinator", reason: "it does not listen") }
            usleep(20_000)
            found = try ClusterClient.endpoint(of: run)
        }
        endpoint = try (found ?? Endpoint(listen)).reachable()
        security = try ClusterSecurity(keys: hasKeys ? path.appending("keys") : nil, isInsecure: false).client(endpoint, as: .worker)
        groups = try RunPlan.read(run.plan).blockGroups.count
        reducer = try MeasuredProcess(
            "reducer", program: program,
            arguments: [
                "reducer", "--connect", endpoint.description, "--store", "store", "--listen",
                hasKeys ? "tcp://127.0.0.1:*" : "ipc://\(path.appending("r"))",
            ] + protection + reducerOptions, in: path)
    }

    /// Waits until all tasks are done by a worker: the reducer's analysis is not waited for.
    ///
    /// - Parameter look: called again and again meanwhile.
    /// - Throws: `BenchmarkError.processFailed`; what `look` throws.
    func finishTasks(by worker: MeasuredProcess, _ look: () throws -> Void) throws {
        let path = Ledger.path(in: RunFolder(folder.path.appending("run")))
        var ledger: Ledger?
        try wait(for: "ledger") {
            ledger = try? Ledger(reading: path)
            return ledger != nil
        }
        do {
            try wait(for: "end of all tasks", seconds: Self.patienceOfTasks) {
                if try ledger?.hasFinished() == true { return true }
                try look()
                try worker.check()
                return false
            }
        } catch {
            // A small run is over, and its processes are gone, between two looks.
            guard try ledger?.hasFinished() == true else { throw error }
        }
    }

    /// Looks again and again until something holds.
    ///
    /// - Parameter seconds: after which it is given up.
    /// - Throws: `BenchmarkError.processFailed` when one of the processes has ended, or after that time.
    func wait(for awaited: String, seconds: Double = patience, _ condition: () throws -> Bool) throws {
        let end = Date(timeIntervalSinceNow: seconds)
        let pace = LookingPace()
        while try !condition() {
            try coordinator.check()
            try reducer.check()
            guard Date() < end else { throw BenchmarkError.processFailed(name: "cluster", reason: "no \(awaited)") }
            pace.pause()
        }
    }

    private static func write(_ work: Work, to folder: FilePath) throws {
        for (index, id) in ["a", "b"].enumerated() {
            let model = folder.appending(id)
            try LocalFiles().createFolder(model)
            try RandomModel(layers: 1, width: work.width, seed: UInt64(index) + 1).write(to: model)
        }
        var numbers = SeededFloats(seed: UInt64(work.tasks))
        let tokens = (0..<work.tasks * work.rows * work.context).map { _ in
            Int32(numbers.nextBits() % UInt64(RandomModel.vocabulary))
        }
        try NumpyWriter.write(tokens, shape: [work.tasks * work.rows, work.context], to: folder.appending("tokens.npy"))
        let text = """
            name: bench
            corpus: {path: tokens.npy, mask: []}
            tokens: all
            models: [{id: a, path: a}, {id: b, path: b}]
            features: none
            matrices: none
            shard: \(work.rows * work.context)
            chunk: \(work.rows * work.context)
            calibration: 4096

            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: folder.appending("bench.yaml").string))
    }
}
