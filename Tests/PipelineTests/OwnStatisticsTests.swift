import Foundation
import Storage
import SystemPackage
import Testing

@testable import Pipeline

@Suite("The statistics in a run's own folder")
struct OwnStatisticsTests {
    private func own(_ folder: PlantedFolder) throws -> OwnStatistics {
        try OwnStatistics(of: try RunPlan.read(folder.run.plan), in: folder.run, context: folder.context())
    }

    @Test("are complete once they are computed, and their matrices once they are analysed")
    func complete() throws {
        let folder = try PlantedFolder()
        try folder.plan()
        #expect(try !own(folder).areComplete && !own(folder).haveMatrices())
        try folder.compute()
        #expect(try own(folder).areComplete && !own(folder).haveMatrices())
        try folder.analyze()
        #expect(try own(folder).areComplete && own(folder).haveMatrices())
    }

    @Test("are not complete without a section, and matrices of fewer tokens are not theirs")
    func incomplete() throws {
        let folder = try PlantedFolder { $0.tokens = .tokens(32 * 32) }
        try folder.compute()
        try folder.analyze()
        #expect(try own(folder).haveMatrices())
        folder.configuration.tokens = .all
        let run = try folder.compute()
        #expect(try own(folder).areComplete && !own(folder).haveMatrices())
        let key = try #require(run.plan.sections(in: run.layout).first)
        try LocalFiles().remove(run.store.path(of: key))
        #expect(try !own(folder).areComplete)
    }

    @Test("have all matrices where the run asks for none")
    func noMatrices() throws {
        let folder = try PlantedFolder { $0.matrices = .none }
        try folder.compute()
        #expect(try own(folder).haveMatrices())
    }

    @Test("that a run with reducers of its own has not computed yet are not said to be elsewhere", arguments: [true, false])
    func ownReducers(isClaimed: Bool) throws {
        let folder = try PlantedFolder()
        let run = try folder.plan()
        try LocalFiles().createFolder(folder.run.reducers)
        if isClaimed { try DurableFile.replace(folder.run.reducerClaims, with: "{}") }
        func expectUnfinished(_ extent: AnalyzeRun.Extent) throws {
            let error = #expect(throws: PipelineError.self) {
                try AnalyzeRun(folder: folder.run, extent: extent, context: folder.context()).run()
            }
            guard case .unfinishedWithReducers(folder.run.path, let missing) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(!missing.isEmpty && error?.remedy.contains("`universal-neurons resume \(folder.run.path)`") == true)
            #expect(try !own(folder).areComplete)
        }
        for extent in [AnalyzeRun.Extent.complete, .incomplete, .soFar] { try expectUnfinished(extent) }
        // Also while its coordinator has it: nothing comes here by asking again.
        try withExtendedLifetime(FolderLock(folder.run.path)) { try expectUnfinished(.soFar) }
        // Some of them are with a reducer.
        try LocalFiles().remove(folder.run.reducerClaims)
        try folder.compute()
        let key = try #require(run.plan.sections(in: run.layout).first)
        try LocalFiles().remove(run.store.path(of: key))
        try LocalFiles().createFolder(folder.run.reducers)
        try FileManager.default.moveItem(atPath: folder.run.store.string, toPath: folder.run.reducers.appending("0").string)
        if isClaimed { try DurableFile.replace(folder.run.reducerClaims, with: "{}") }
        try expectUnfinished(.complete)
        // That is the way to go on.
        try folder.compute()
        try folder.analyze()
        #expect(try own(folder).areComplete)
    }
}
