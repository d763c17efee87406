import Foundation
import Kernels
import SystemPackage

/// What a worker sends for all partials of a run, in a real cluster: one coordinator, one reducer, one worker.
struct SentPartials {
    /// Bytes of all of them.
    let bytes: Double

    /// Runs a job's tasks in such a cluster.
    ///
    /// - Parameter shards: of the run.
    /// - Throws: `BenchmarkError.processFailed`; errors of the scratch folder.
    init(of job: PredictedRun.Job, shards: Int, program: FilePath, threads: Int) throws {
        let cluster = try BenchCluster(
            of: job.file, options: job.options, in: try ScratchFolder(), reducerOptions: ["--metrics", "127.0.0.1:*", "--verbose"],
            program: program, hasKeys: false)
        var port: UInt16?
        try cluster.wait(for: "metrics of the reducer") {
            port = cluster.reducer.messages.firstMatch(of: /metrics are at http:\/\/127\.0\.0\.1:([0-9]+)\//).flatMap {
                UInt16($0.output.1)
            }
            return port != nil
        }
        let worker = try MeasuredProcess(
            "worker", program: program,
            arguments: ["worker", "--connect", cluster.endpoint.description, "--threads", "\(threads)", "--scratch", "scratch"],
            in: cluster.folder.path)
        var (parcels, bytes) = (0.0, 0.0)
        func look() {
            guard let port, let metrics = ServedMetrics(port: port) else { return }
            parcels = metrics["universal_neurons_reducer_parcels_staged_total"] ?? parcels
            bytes = metrics["universal_neurons_reducer_parcels_staged_bytes_total"] ?? bytes
        }
        var last = ContinuousClock.now
        try cluster.finishTasks(by: worker) {
            guard ContinuousClock.now - last > .milliseconds(20) else { return }
            last = .now
            look()
        }
        // The reducer has everything, and is at the analysis.
        look()
        guard parcels > 0 else { throw BenchmarkError.processFailed(name: "reducer", reason: "its metrics tell of no parcel") }
        // To the only reducer each task is one parcel. Of a run that was over between two looks the last ones were not seen.
        self.bytes = bytes * max(1, Double(shards * cluster.groups) / parcels)
    }
}
