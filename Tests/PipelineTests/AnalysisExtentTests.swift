import Foundation
import Kernels
import Statistics
import Storage
import Testing

@testable import Pipeline

@Suite("What there is to be analysed")
struct AnalysisExtentTests {
    private static let extents = [AnalyzeRun.Extent.complete, .incomplete, .soFar]

    @discardableResult
    private func analyze(_ folder: PlantedFolder, _ extent: AnalyzeRun.Extent) throws -> AnalysisOutcome {
        try AnalyzeRun(folder: folder.run, extent: extent, context: folder.context()).run()
    }

    @Test("is what reducers elsewhere have found where that is complete, whatever is asked for; `inspect` says who has the sums")
    func elsewhere() throws {
        let folder = try PlantedFolder()
        try folder.compute()
        try folder.summarise()
        let own = try RunInspection(folder.run)
        #expect(!own.areStatisticsElsewhere && own.tasksDone == own.tasks && own.missing.isEmpty)
        try folder.removeBlocks()
        try DurableFile.replace(folder.run.reducerClaims, with: "{}")
        for extent in Self.extents { #expect(try analyze(folder, extent).missing.isEmpty) }
        let inspection = try RunInspection(folder.run)
        #expect(inspection.areStatisticsElsewhere && inspection.tasksDone == inspection.tasks && inspection.missing.isEmpty)
        // Without the findings nobody here can tell.
        try folder.run.removeFolder(folder.run.findings)
        let unknown = try RunInspection(folder.run)
        #expect(unknown.areStatisticsElsewhere && unknown.tasksDone == nil && unknown.missing.isEmpty)
        for extent in Self.extents {
            #expect(throws: PipelineError.analysisElsewhere(folder: folder.run.path)) { try analyze(folder, extent) }
        }
    }

    @Test("is nothing where nothing is computed: no remedy names the option that was given")
    func nothing() throws {
        let folder = try PlantedFolder()
        try folder.plan()
        let nothing = PipelineError.nothingToAnalyze(folder: folder.run.path, isUneven: false)
        for extent in Self.extents { #expect(throws: nothing) { try analyze(folder, extent) } }
        #expect(!nothing.remedy.contains("--") && nothing.remedy.contains("resume \(folder.run.path)"))
    }

    @Test("is nothing yet while another process works on the run and has no statistics, before there is a plan and afterwards")
    func early() throws {
        let folder = try PlantedFolder()
        try LocalFiles().createFolder(folder.run.path)
        func expectNothingYet() throws {
            let lock = try FolderLock(folder.run.path)
            try withExtendedLifetime(lock) {
                let holder = try #require(FolderLock.holder(of: folder.run.path))
                let nothing = PipelineError.nothingYet(folder: folder.run.path, holder: holder)
                #expect(throws: nothing) { try analyze(folder, .soFar) }
                #expect(nothing.exitStatus == .temporaryFailure && nothing.remedy.hasPrefix("ask again later"))
            }
        }
        try expectNothingYet()
        #expect(throws: PipelineError.planMissing(file: folder.run.plan)) { try analyze(folder, .soFar) }
        try folder.plan()
        try expectNothingYet()
        #expect(throws: PipelineError.nothingToAnalyze(folder: folder.run.path, isUneven: false)) { try analyze(folder, .soFar) }
    }

    @Test("is nothing that every block has where one block has nothing")
    func uneven() throws {
        let folder = try PlantedFolder()
        let run = try folder.compute()
        for key in run.plan.sections(in: run.layout) where key.kind == .block && key.index == 0 {
            try LocalFiles().remove(run.store.path(of: key))
        }
        let nothing = PipelineError.nothingToAnalyze(folder: folder.run.path, isUneven: true)
        #expect(throws: nothing) { try analyze(folder, .soFar) }
        let lacking = #expect(throws: PipelineError.self) { try analyze(folder, .complete) }
        #expect(lacking?.remedy.contains("--incomplete") == true)
        #expect(!nothing.remedy.contains("--so-far"))
    }

    /// Thrown by a fold that has folded a section.
    private struct Begun: Error {}

    /// Computes a shard and folds it into one block, where the others do not have it yet.
    ///
    /// - Returns: its partials.
    @discardableResult
    private func beginFold(of shard: Int, in folder: PlantedFolder, _ run: PlannedRun) throws -> [PartialReader] {
        let partials = try run.tasks.filter { $0.shard.index == shard }.map { task in
            let output = folder.path.appending("late\(task.number).partial")
            _ = try MapTask(folder: folder.run, task: task.number, output: output, context: folder.context()).run()
            return try PartialReader(output)
        }
        #expect(throws: Begun.self) {
            try run.store.fold(partials, team: ThreadTeam(count: 1), progress: { _, _ in throw Begun() })
        }
        return partials
    }

    @Test("is waited for while another process folds, which is said where it takes too long; where nobody folds, tasks are missing")
    func folding() throws {
        let folder = try PlantedFolder()
        let run = try folder.compute(without: [1])
        try beginFold(of: 1, in: folder, run)
        let stop = StopRequest()
        func look(pause: @escaping (Double) throws -> Void) throws -> AnalysisOutcome {
            var analysis = AnalyzeRun(folder: folder.run, extent: .soFar, context: folder.context(stop: stop))
            analysis.patience = FoldPatience(pause: pause)
            return try analysis.run()
        }
        let uneven = #expect(throws: StatisticsError.self) { try look { _ in Issue.record("nobody folds, and it waits") } }
        // Shards 1 and 3 are one replicate's.
        guard case .unevenShards(_, [3])? = uneven else {
            Issue.record("\(String(describing: uneven))")
            return
        }

        let lock = try FolderLock(run.store.folder)
        try withExtendedLifetime(lock) {
            var pauses: [Double] = []
            let error = #expect(throws: PipelineError.self) { try look { pauses.append($0) } }
            let holder = try #require(FolderLock.holder(of: run.store.folder))
            #expect(error == .foldGoesOn(folder: folder.run.path, holder: holder))
            #expect(error?.exitStatus == .temporaryFailure && error?.remedy.hasPrefix("ask again in a moment") == true)
            #expect(pauses == FoldPatience.pauses && (5...20).contains(pauses.reduce(0, +)))
            #expect(throws: PipelineError.stopped) { try look { _ in stop.raise() } }
        }
        #expect(!Folder.holdsFile(folder.run.summary))
    }

    @Test("is all there is once the fold that was waited for is over")
    func folded() throws {
        let folder = try PlantedFolder()
        let run = try folder.compute(without: [1, 2])
        let partials = try beginFold(of: 1, in: folder, run)
        let lock = try FolderLock(run.store.folder)
        try withExtendedLifetime(lock) {
            var pauses = 0
            var analysis = AnalyzeRun(folder: folder.run, extent: .soFar, context: folder.context())
            analysis.patience = FoldPatience { _ in
                pauses += 1
                // The owner goes on when it has been waited for twice.
                if pauses == 2 { try run.store.fold(partials, team: ThreadTeam(count: 1)) }
            }
            let outcome = try analysis.run()
            #expect(pauses == 2 && outcome.missing == ["shard 2 in all blocks"])
            #expect(outcome.summary.tokens == 1_536 && outcome.summary.incomplete?.shardsComplete == 3)
        }
    }

    @Test("is all here once what reducers found has been analysed: not without summary, matrices or an example")
    func finished() throws {
        let folder = try PlantedFolder()
        let run = try folder.compute()
        try folder.summarise()
        try folder.removeBlocks()
        #expect(try !run.hasResultsOfFindings())
        try folder.analyze()
        #expect(try run.hasResultsOfFindings())
        let examples = try #require(run.plan.sections(in: run.layout).first { $0.kind == .examples })
        let needed = [folder.run.summary, folder.run.correlations, run.store.path(of: examples)]
        let aside = folder.path.appending("aside")
        for path in needed {
            try FileManager.default.moveItem(atPath: path.string, toPath: aside.string)
            #expect(try !run.hasResultsOfFindings(), "\(path)")
            try FileManager.default.moveItem(atPath: aside.string, toPath: path.string)
        }
        #expect(try run.hasResultsOfFindings())
    }
}
