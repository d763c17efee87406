import Foundation
import Kernels
import Logging
import Pipeline
import Scheduling
import SmallRuns
import Statistics
import Storage
import Synchronization
import SystemPackage

@testable import Cluster
@testable import Pipeline

/// A worker whose numbers are false.
final class LyingWorker: Sendable {
    /// What it does wrong.
    enum Lie {
        /// It computes every task with each model in another's place: its numbers are well-formed, all checksums are those of the integers,
        /// and only another worker's numbers show that they are false.
        case otherModels
        /// One reducer never gets the right bytes of the first task: they are not those of the checksums that it was told. Everything else
        /// is right.
        case damagedBytes
        /// Its numbers of the first task are more than any shard can bring, under checksums that are theirs. Everything else is right.
        case impossibleNumbers
        /// Its numbers of one task are those of another one, with the same sections of another shard. Everything else is right.
        case anotherTask
    }

    private let stop = StopRequest()
    private let thread: OwnThread
    private let damage = Damage()

    init(_ settings: WorkerSettings, _ lie: Lie = .otherModels) {
        thread = OwnThread { [stop, damage] in try? Self.work(settings, lie, damage, stop) }
    }

    /// The task whose bytes it damages, and the reducer that gets them; nil before it has computed one.
    var damaged: (task: TaskID, reducer: Int)? { damage.target.withLock { $0 } }
    /// The task whose numbers are impossible, or another one's; nil before it has computed one.
    var impossible: TaskID? { damage.task.withLock { $0 } }

    /// Ends it.
    func end() {
        stop.raise()
        thread.join()
    }

    private static func work(_ settings: WorkerSettings, _ lie: Lie, _ damage: Damage, _ stop: StopRequest) throws {
        var settings = settings
        settings.name = WorkerID("liar")
        if lie == .damagedBytes { settings.beforeSending = { try damage.strike($0, $1, $2) } }
        let plan = Mutex<RunPlan?>(nil)
        if lie == .impossibleNumbers {
            settings.afterComputing = { task, sections in
                let chosen = damage.task.withLock { chosen in
                    chosen = chosen ?? task
                    return chosen
                }
                guard chosen == task, let plan = plan.withLock({ $0 }) else { return sections }
                return ImpossibleNumbers.chunks.falsify(sections, of: plan)
            }
        }
        if lie == .anotherTask { settings.afterComputing = { damage.exchange($0, $1) } }
        let quiet = Logger(label: "liar") { _ in SwiftLogNoOpLogHandler() }
        // Honest until the plan's fingerprint is reproduced.
        _ = try WorkerProcess(settings, logger: quiet).run(stop: stop, stopNow: stop) { honest, scratch in
            plan.withLock { $0 = honest.plan }
            guard lie == .otherModels else { return honest }
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

    /// Flips a byte of one reducer's part of one task, whenever it is computed; or remembers the task whose numbers are impossible, or are
    /// those of another one, which it keeps.
    private final class Damage: Sendable {
        let task = Mutex<TaskID?>(nil)
        let target = Mutex<(task: TaskID, reducer: Int)?>(nil)
        private let kept = Mutex<(task: TaskID, sections: [Section])?>(nil)

        func exchange(_ task: TaskID, _ sections: [Section]) -> [Section] {
            let first = kept.withLock { kept in
                let first = kept ?? (task, sections)
                kept = first
                return first
            }
            guard task.shard != first.task.shard, sections.map(\.key) == first.sections.map(\.key) else { return sections }
            let chosen = self.task.withLock { chosen in
                chosen = chosen ?? task
                return chosen
            }
            return chosen == task ? first.sections : sections
        }

        func strike(_ task: TaskID, _ reducer: Int, _ path: FilePath) throws {
            let chosen = target.withLock { target in
                if target == nil { target = (task, reducer) }
                return target
            }
            guard let chosen, chosen == (task, reducer) else { return }
            let file = try FileHandle(forUpdating: URL(filePath: path.string))
            defer { try? file.close() }
            // In the middle of the numbers: what stands before and after them is as it was.
            let middle = try file.seekToEnd() / 2
            try file.seek(toOffset: middle)
            let byte = try file.read(upToCount: 1)?.first ?? 0
            try file.seek(toOffset: middle)
            try file.write(contentsOf: [byte ^ 4])
        }
    }
}
