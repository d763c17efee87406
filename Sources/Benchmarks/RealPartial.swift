import Kernels
import Pipeline
import SystemPackage

/// Partials as `map` writes them.
enum RealPartial {
    /// Plans a run and computes its first task.
    ///
    /// - Returns: the partial's file.
    /// - Throws: errors of the job.
    static func compute(_ configuration: Configuration, in folder: RunFolder, to path: FilePath, threads: Int) throws -> FilePath {
        let context = JobContext(team: ThreadTeam(count: threads))
        _ = try PlanJob(configuration: configuration, folder: folder, context: context).run()
        _ = try MapTask(folder: folder, task: 0, output: path, context: context).run()
        return path
    }
}
