import Storage
import Testing

@testable import Pipeline

@Suite("The results in a run's folder")
struct RunFolderResultsTests {
    @Test("are the plan's once they are of all statistics in it, and no longer when more is asked for")
    func own() throws {
        // Half of the rows.
        let folder = try PlantedFolder { $0.tokens = .tokens(32 * 32) }
        try folder.compute()
        #expect(try !folder.run.hasResults())
        try folder.analyze()
        #expect(try folder.run.hasResults())
        folder.configuration.tokens = .all
        try folder.compute()
        #expect(folder.holds("summary.json"))
        #expect(try !folder.run.hasResults())
        try folder.analyze()
        #expect(try folder.run.hasResults())
    }

    @Test("are the plan's once they are of what all reducers elsewhere have found")
    func elsewhere() throws {
        let folder = try PlantedFolder()
        try folder.compute()
        try folder.summarise()
        try folder.removeBlocks()
        #expect(try !folder.run.hasResults())
        try folder.analyze()
        #expect(try folder.run.hasResults())
        try LocalFiles().remove(folder.run.findings(ofGroup: "a.0"))
        #expect(try !folder.run.hasResults())
    }
}
