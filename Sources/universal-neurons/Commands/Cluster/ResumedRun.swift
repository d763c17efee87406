import Cluster
import Pipeline

/// A run that goes on as it was started: in one process, with workers of its own, or for workers elsewhere.
struct ResumedRun {
    let folder: RunFolder
    /// A new budget; nil: the one that it has.
    let tokens: TokenBudget?
    let resources: ResourceOptions

    func run(_ session: Session) throws {
        let limits = try resources.limits(planIn: folder)
        var configuration = try RunPlan.read(folder.plan).configuration
        if let tokens { configuration.tokens = tokens }
        try session.selectKernels(planIn: folder)
        session.listenForSignals()
        let context = session.context(threads: limits.threads, memory: limits.memory)
        if let launch = try ClusterLaunch.read(in: folder) {
            try ClusterSession(session: session, configuration: configuration, folder: folder, context: context, launch: launch).run()
        } else {
            try RunJob(configuration: configuration, folder: folder, context: context).run { _ in
                try session.finish(try AnalyzeRun(folder: folder, isPatient: true, context: context).run())
            }
        }
    }
}
