import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Pipeline

@Suite("The inspection of a file")
struct PartialInspectionTests {
    @Test("a file that is nothing of a run's is refused, and what can be looked into is named", arguments: ["", "<!doctype html>\n"])
    func strange(text: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("report.html", text)
        let error = try #require(throws: PipelineError.self) { _ = try PartialInspection(path) }
        #expect(error.message.contains("\(path) is no plan, no partial and no file of a run's store: it is too short"))
        #expect(error.remedy.contains("the folder of a run, its plan.json, a partial") && error.exitStatus == .dataError)
    }
}
