import Foundation
import Kernels
import Pipeline
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
