import Kernels
import Logging
import Pipeline
import Scheduling
import Storage

@testable import Cluster
@testable import Pipeline

/// A worker that computes every task with each model in another's place: its numbers are well-formed, all checksums are those of the
/// integers, and only another worker's numbers show that they are false.
final class LyingWorker: Sendable {
    private let stop = StopRequest()
    private let thread: OwnThread

    init(_ settings: WorkerSettings) {
        thread = OwnThread { [stop] in try? Self.work(settings, stop) }
    }

    /// Ends it.
    func end() {
        stop.raise()
        thread.join()
    }

    private static func work(_ settings: WorkerSettings, _ stop: StopRequest) throws {
        var settings = settings
        settings.name = WorkerID("liar")
        let quiet = Logger(label: "liar") { _ in SwiftLogNoOpLogHandler() }
        // Honest until the plan's fingerprint is reproduced.
        _ = try WorkerProcess(settings, logger: quiet).run(stop: stop, stopNow: stop) { honest, scratch in
            let job = JobContext(team: ThreadTeam(count: settings.threads), memory: settings.memory, stop: stop)
            let finder = ModelFinder(cache: settings.modelCache, context: job)
            let models = honest.plan.numbers.models
            var folders = try finder.openAll(of: honest.plan)
            for (model, other) in zip(models, models.dropFirst() + models.prefix(1)) {
                folders[model.id] = try finder.open(other, of: honest.plan)
            }
            return try PreparedPlan(plan: honest.plan, in: scratch.plan, folders: folders, memory: settings.memory, context: job)
        }
    }
}
