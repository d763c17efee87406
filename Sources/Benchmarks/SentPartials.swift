import Foundation
import Kernels
import SystemPackage

/// What a worker sends for all partials of a run, in a real cluster: one coordinator, one reducer, one worker.
struct SentPartials {
    /// Bytes of all of them.
    let bytes: Double

    /// Runs a job's tasks in such a cluster.
    ///
    /// - Throws: `BenchmarkError.processFailed`; errors of the scratch folder.
    init(of job: PredictedRun.Job, program: FilePath, threads: Int) throws {
        let cluster = try BenchCluster(
            of: job.file, options: job.options, in: try ScratchFolder(), reducerOptions: ["--verbose"], program: program, hasKeys: false)
        let worker = try MeasuredProcess(
            "worker", program: program,
            arguments: ["worker", "--connect", cluster.endpoint.description, "--threads", "\(threads)", "--scratch", "scratch"],
            in: cluster.folder.path)
        try cluster.finishTasks(by: worker) {}
        var counted: Double?
        func look() -> Bool {
            counted = cluster.reducer.messages.firstMatch(of: /everything is folded: [0-9]+ parcels? of ([0-9]+) bytes/).flatMap {
                Double($0.output.1)
            }
            return counted != nil
        }
        // A small run is over, and its processes are gone, between two looks: what they said stays.
        do { try cluster.wait(for: "end of all folds", look) } catch { guard look() else { throw error } }
        guard let counted, counted > 0 else { throw BenchmarkError.processFailed(name: "reducer", reason: "it took no parcel") }
        bytes = counted
    }
}
