import Foundation
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
