import Cluster
import Foundation
import Glibc
import Pipeline
import Scheduling
import Storage
import SystemPackage

/// A coordinator's job as the command line starts it: for `run --workers`, `coordinator`, `resume` and `extend`.
struct ClusterSession {
    let session: Session
    let configuration: Configuration
    let folder: RunFolder
    let context: JobContext
    let launch: ClusterLaunch

    /// Coordinates the run to its end, then analyses it and prints what was found.
    func run(rebuildsLedger: Bool = false) throws {
        FileLimit.raise()
        try context.files.createFolder(folder.path)
        var settings = try settings()
        settings.rebuildsLedger = rebuildsLedger
        try launch.write(in: folder)
        let placement = ClusterPlacement(reducers: launch.reducers, workerMemory: launch.workerMemory)
        let job = CoordinatorJob(
            configuration: configuration, folder: folder, placement: placement, settings: settings, context: context)
        try job.run { _ in try session.finish(try AnalyzeRun(folder: folder, isPatient: true, context: context).run()) }
    }

    private func settings() throws -> CoordinatorSettings {
        let messages = try MessageContext()
        // Workers of its own find it at a socket of its own.
        let endpoint = try launch.listen ?? Endpoint(ipc: FilePath("/coordinator"))
        let security = try launch.security.coordinator(endpoint, in: messages, logger: context.logger)
        var settings = CoordinatorSettings(endpoint: endpoint, security: security, messages: messages)
        settings.policy.audit = launch.audit
        settings.policy.retries = launch.retries
        settings.policy.deaths = launch.crashLimit
        settings.policy.leaseTimeout = Int64(launch.leaseSeconds) * 1_000
        // Several signs of life fit into a lease's patience: one that is late or lost is no silence.
        settings.heartbeat = min(settings.heartbeat, launch.leaseSeconds * 1_000 / 5)
        if let workers = launch.workers {
            settings.children = ChildPlan(
                workers: workers, reducers: launch.reducers, program: Self.program, threads: max(1, context.team.count / workers),
                memory: launch.workerMemory)
        }
        return settings
    }

    /// This program, whatever it was called by.
    private static var program: FilePath {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
        guard readlink("/proc/self/exe", &path, Int(PATH_MAX)) > 0 else {
            return FilePath(CommandLine.arguments.first ?? "universal-neurons")
        }
        return FilePath(String(decoding: path.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
    }
}
