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

    @Test("that reducers of the run's own still have are not said to be elsewhere", arguments: [true, false])
    func ownReducers(isClaimed: Bool) throws {
        let folder = try PlantedFolder()
        try folder.compute()
        try LocalFiles().createFolder(folder.run.reducers)
        try FileManager.default.moveItem(atPath: folder.run.store.string, toPath: folder.run.reducers.appending("0").string)
        if isClaimed { try DurableFile.replace(folder.run.reducerClaims, with: "{}") }
        let error = PipelineError.statisticsWithOwnReducers(folder: folder.run.path)
        for extent in [AnalyzeRun.Extent.complete, .incomplete, .soFar] {
            #expect(throws: error) { try AnalyzeRun(folder: folder.run, extent: extent, context: folder.context()).run() }
        }
        #expect(error.remedy.contains("`universal-neurons resume \(folder.run.path)`") && !error.remedy.contains("gather"))
        #expect(try !own(folder).areComplete)
        // That is the way to go on.
        try folder.compute()
        try folder.analyze()
        #expect(try own(folder).areComplete)
    }
}
