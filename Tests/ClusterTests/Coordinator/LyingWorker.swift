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
        let log = WorkerLog(Logger(label: "liar") { _ in SwiftLogNoOpLogHandler() })
        let name = WorkerID(settings.security.name(for: "liar"))
        let clock = MonotonicClock()
        let context = try MessageContext()
        let scratch = WorkerScratch(of: name, in: settings.scratch)
        defer { scratch.remove() }
        let link = try CoordinatorLink(
            settings.coordinator, name: name, security: settings.security, context: context, clock: clock, log: log)
        let preparation = WorkerPreparation(settings: settings, link: link, scratch: scratch, stop: stop, log: log)
        // Honest until the plan's fingerprint is reproduced.
        let (welcome, honest) = try preparation.start()
        let job = JobContext(team: ThreadTeam(count: settings.threads), memory: settings.memory, stop: stop)
        let finder = ModelFinder(cache: settings.modelCache, context: job)
        let models = honest.plan.numbers.models
        var folders = try finder.openAll(of: honest.plan)
        for (model, other) in zip(models, models.dropFirst() + models.prefix(1)) {
            folders[model.id] = try finder.open(other, of: honest.plan)
        }
        let lying = try PreparedPlan(plan: honest.plan, in: scratch.plan, folders: folders, memory: settings.memory, context: job)
        let loop = try WorkerLoop(
            settings: settings, preparation: preparation, context: context, clock: clock, prepared: lying, welcome: welcome)
        _ = try loop.run(stop: stop, stopNow: stop)
    }
}
