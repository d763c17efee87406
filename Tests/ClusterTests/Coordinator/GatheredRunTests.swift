import Foundation
import Kernels
import Pipeline
import Scheduling
import SmallRuns
import Statistics
import Storage
import Testing

@testable import Cluster
@testable import Pipeline

@Suite("What of a run need not be gathered")
struct GatheredRunTests {
    private let folder: TemporaryFolder
    private let tiny: TinyPlan
    private let context = JobContext(team: ThreadTeam(count: 1))
    private var run: PlannedRun { tiny.run }

    /// A run that reducers have summarised, whose folder has all that they hold.
    init() throws {
        folder = try TemporaryFolder()
        tiny = try TinyPlan(in: folder)
        let store = tiny.run.store
        try store.create()
        let partials = try tiny.run.tasks.map { task in
            let output = tiny.folder.file("\(task.number).partial")
            _ = try MapTask(folder: tiny.run.folder, task: task.number, output: output, context: context).run()
            return try PartialReader(output)
        }
        try store.fold(partials, team: context.team)
        let target = tiny.run.folder
        let summariser = try GroupSummariser(
            tiny.plan, folder: target, store: store, matrices: (target.correlations, .run), context: context)
        try LocalFiles().createFolder(target.findings)
        for (index, group) in tiny.run.layout.groups.enumerated() {
            try DurableFile.replace(target.findings(ofGroup: group.name), with: summariser.findings(ofGroup: index).encoded())
        }
    }

    private func isComplete(_ parts: GatheredParts) throws -> Bool { try GatheredRun(run: run, parts: parts).isComplete() }

    @Test("is all of it, once the last of it has come")
    func complete() throws {
        #expect(try isComplete(.statistics))
        #expect(try !isComplete(.matrices) && !isComplete([.matrices, .statistics]))
        try run.findings()?.finishMatrices(in: run.folder)
        #expect(try isComplete(.matrices) && isComplete([.matrices, .statistics]))
    }

    @Test("is of a run with tasks that were given up all that is done, with the integers that the ledger names")
    func givenUp() throws {
        let gathered = GatheredRun(run: run, parts: .statistics)
        let tasks = run.tasks.map { TaskID(shard: $0.shard.index, group: $0.group) }
        func scheduler(of done: [TaskID], _ digest: (TaskID) throws -> Digest) rethrows -> TaskScheduler {
            var scheduler = TaskScheduler(
                shards: run.shards.map(\.index), groups: TinyPlan.groups.count, policy: SchedulerPolicy(), epoch: 1)
            for task in tasks {
                let isDone = done.contains(task)
                scheduler.apply(
                    isDone ? .taskDone(task: task, worker: WorkerID("w"), digest: try digest(task)) : .taskFailed(task: task), at: .zero)
            }
            return scheduler
        }
        func digest(_ task: TaskID) throws -> Digest { ParcelID(task: task, sections: try tiny.sections(task)).digest }
        let failed = try #require(tasks.last)
        // Whether or not a task that was given up is there all the same.
        #expect(try gathered.hasAllDone(of: scheduler(of: tasks, digest)))
        #expect(try gathered.hasAllDone(of: scheduler(of: tasks.dropLast(), digest)))
        // Computed again since, to other integers.
        #expect(try !gathered.hasAllDone(of: scheduler(of: tasks.dropLast()) { $0 == tasks[0] ? Digest(of: "other") : try digest($0) }))
        // The last task's part of what is there is missing; then that of others as well.
        try FileManager.default.removeItem(atPath: run.store.sections.string)
        try run.store.create()
        let partials = try run.tasks.filter { TaskID(shard: $0.shard.index, group: $0.group) != failed }.map {
            try PartialReader(tiny.folder.file("\($0.number).partial"))
        }
        try run.store.fold(partials, team: context.team)
        #expect(try gathered.hasAllDone(of: scheduler(of: tasks.dropLast(), digest)))
        #expect(try !gathered.hasAllDone(of: scheduler(of: tasks, digest)))
        let path = run.store.path(of: try #require(run.plan.sections(in: run.layout).first))
        var damaged = try MappedFile(path).withBytes { Array($0) }
        damaged[damaged.count / 2] ^= 1
        try DurableFile.replace(path, with: damaged)
        #expect(try !gathered.hasAllDone(of: scheduler(of: tasks.dropLast(), digest)))
    }

    @Test("is not a section that is missing, damaged, or of fewer shards, nor what nothing was found of")
    func incomplete() throws {
        let key = try #require(run.plan.sections(in: run.layout).first)
        let path = run.store.path(of: key)
        let whole = try MappedFile(path).withBytes { Array($0) }
        try LocalFiles().remove(path)
        #expect(try !isComplete(.statistics))
        var damaged = whole
        damaged[damaged.count / 2] ^= 1
        try DurableFile.replace(path, with: damaged)
        #expect(try !isComplete(.statistics))
        try LocalFiles().remove(path)
        try run.store.fold([try PartialReader(tiny.folder.file("0.partial"))], team: context.team)
        #expect(try !isComplete(.statistics))
        try DurableFile.replace(path, with: whole)
        #expect(try isComplete(.statistics))
        let group = try #require(run.layout.groups.first)
        try LocalFiles().remove(run.folder.findings(ofGroup: group.name))
        #expect(try !isComplete(.statistics))
    }
}
