import Foundation
import Testing

/// A Dask scheduler with workers of one slot each, started by hand on this machine; all are gone after the test.
final class DaskCluster {
    /// Where clients find the scheduler.
    let address: String
    private(set) var workers: [Process] = []
    private let scheduler: Process

    /// Starts the scheduler and workers, and gives them to `body`.
    static func with<Result>(workers count: Int, in folder: URL, _ body: (DaskCluster) throws -> Result) throws -> Result {
        let cluster = try DaskCluster(in: folder)
        defer { cluster.end() }
        for number in 0..<count { try cluster.startWorker(number, in: folder) }
        return try body(cluster)
    }

    private init(in folder: URL) throws {
        // The scheduler takes a free port, and tells it in a file.
        let contact = folder.appendingPathComponent("scheduler.json")
        scheduler = try PythonEngines.process(
            ["-m", "dask", "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", contact.path],
            in: folder, log: "scheduler.log")
        try scheduler.run()
        let started = scheduler
        var found: String?
        try Patience.wait(for: "the scheduler's address", of: started) {
            let text = (try? Data(contentsOf: contact)) ?? Data()
            found = (try? JSONSerialization.jsonObject(with: text) as? [String: Any])?["address"] as? String
            return found != nil
        }
        address = try #require(found)
    }

    private func startWorker(_ number: Int, in folder: URL) throws {
        let scratch = folder.appendingPathComponent("scratch\(number)").path
        let worker = try PythonEngines.process(
            [
                "-m", "dask", "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard", "--name", "w\(number)",
                "--local-directory", scratch,
            ],
            in: folder, log: "worker\(number).log")
        try worker.run()
        workers.append(worker)
    }

    private func end() {
        for process in workers + [scheduler] where process.isRunning {
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
    }

    /// Stops a `map` of a worker in its middle, as soon as `condition` holds.
    ///
    /// - Returns: its process id.
    static func frozenMap(of worker: Process, under driver: Process, when condition: () throws -> Bool) throws -> pid_t {
        var map: pid_t?
        try Patience.wait(for: "a map of the worker after some are done", of: driver) {
            if try condition() { map = freezeMap(of: worker) }
            return map != nil
        }
        return try #require(map)
    }

    /// Stops a `map` of a worker in its middle, which only SIGKILL ends then.
    ///
    /// - Returns: its process id; nil when the worker runs none just now, or it ended before it could be stopped.
    static func freezeMap(of worker: Process) -> pid_t? {
        guard let process = maps(of: worker).first, kill(process, SIGSTOP) == 0 else { return nil }
        // A signal takes effect when the process is next scheduled.
        while isMap(process) {
            let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
            if status.contains("State:\tT") { return process }
            usleep(1000)
        }
        return nil
    }

    /// The process ids of the `map` commands that a worker runs.
    static func maps(of worker: Process) -> [pid_t] {
        let threads = "/proc/\(worker.processIdentifier)/task"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: threads)) ?? []
        return names.flatMap { name in
            let children = (try? String(contentsOfFile: "\(threads)/\(name)/children", encoding: .utf8)) ?? ""
            return children.split(separator: " ").compactMap { pid_t($0) }.filter(isMap)
        }
    }

    /// Whether a process is the program itself at a `map`, no longer the guard that started it, and alive.
    static func isMap(_ process: pid_t) -> Bool {
        let words = ((try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(process)/cmdline"))) ?? Data()).split(separator: 0)
        return words.count > 1 && words[1].elementsEqual("map".utf8)
    }
}
