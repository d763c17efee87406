import Foundation
import SmallRuns
import Storage
import Testing

@testable import Analysis
@testable import Pipeline

@Suite("Which neurons of a run have a role")
struct RolesInspectionTests {
    private static let table = """
        layer,neuron,role,universal,vocab_mean,vocab_var,vocab_skew,vocab_kurt,feature,feature_reduction,feature_difference,feature_t,\
        promoted,suppressed
        0,1,prediction,0,0,0.01,1,11,,,,,[1],[2]
        0,2,prediction,1,0,0.01,1,30,is a digit,0.5,0.1,3,"["" a""]","["" b""]"
        1,0,partition,0,0,0.2,0,2,,,,,[1],[2]
        1,3,prediction,1,0,0.01,1,20,,,,,[1],[2]
        1,4,partition,1,0,0.3,0,1.5,,,,,[1],[2]

        """

    /// Counts of two layers of 20 neurons: those of the table.
    private func counts() throws -> RoleSummary {
        var roles = [NeuronRole?](repeating: nil, count: 40)
        var isUniversal = [Bool](repeating: false, count: 40)
        for (index, role) in [(1, NeuronRole.prediction), (2, .prediction), (20, .partition), (23, .prediction), (24, .partition)] {
            roles[index] = role
        }
        for index in [2, 23, 24] { isUniversal[index] = true }
        return try RoleSummary(roles, isUniversal: isUniversal, layers: [20, 20])
    }

    private func analysed() throws -> (folder: PlantedFolder, summary: RunSummary) {
        let folder = try PlantedFolder()
        try folder.compute()
        let summary = try folder.analyze().summary
        try Data(Self.table.utf8).write(to: URL(fileURLWithPath: folder.run.roles.string))
        return (folder, summary)
    }

    @Test("are counted by layer, and listed by strength, those that are asked for")
    func lists() throws {
        let (folder, summary) = try analysed()
        func found(_ role: NeuronRole? = nil, isUniversalOnly: Bool = false, top: Int = 10) throws -> RolesInspection {
            try RolesInspection(
                counts(), summary: summary, table: NeuronTableFile(folder.run.roles), role: role, isUniversalOnly: isUniversalOnly, top: top
            )
        }
        func names(_ group: RolesInspection.Group) -> [String] { group.strongest.map { "\($0.layer).\($0.neuron)" } }
        let all = try found()
        #expect(all.model == "a" && all.roles.map(\.role) == NeuronRole.allCases && all.roles.map(\.neurons) == [3, 0, 2])
        #expect(
            all.roles.map(\.universal) == [2, 0, 1] && all.roles[0].neuronsByLayer == [2, 1] && all.roles[0].universalByLayer == [1, 1])
        #expect(names(all.roles[0]) == ["0.2", "1.3", "0.1"] && names(all.roles[1]).isEmpty && names(all.roles[2]) == ["1.4", "1.0"])
        #expect(all.roles[0].strongest[0].feature == "is a digit" && all.roles[0].strongest[2].feature == nil)
        #expect(all.roles[0].strongest[0].promoted == [.text(" a")] && all.roles[0].strongest[2].promoted == [.integer(1)])
        let few = try found(.prediction, isUniversalOnly: true, top: 1)
        #expect(few.roles.count == 1 && names(few.roles[0]) == ["0.2"] && few.roles[0].asked == 2 && few.roles[0].neurons == 3)
        #expect(try found(top: 0).roles.allSatisfy(\.strongest.isEmpty))
    }

    @Test("have the excess of the table of neurons, and a run without roles says why")
    func run() throws {
        let (folder, _) = try analysed()
        let file = folder.run.summary
        var summary = try JSONFile.read(RunSummary.self, from: file)
        summary.roles = try counts()
        try JSONFile.write(summary, to: file)
        let found = try RolesInspection(folder.run)
        let excess = try #require(NeuronTableFile(folder.run.neurons).numbers(of: "excess_corr"))
        let width = excess.count / 2
        #expect(found.roles[0].strongest.map(\.excess) == [excess[2], excess[width + 3], excess[1]])
        #expect(try RolesInspection(folder.run, joinsNeurons: false).roles[0].strongest[0].excess == nil)
        #expect(try RunInspection(folder.run).results.contains("roles.csv"))

        try LocalFiles().remove(folder.run.roles)
        try LocalFiles().createFolder(folder.run.vocabulary)
        #expect(throws: PipelineError.rolesMissing(folder: folder.run.path, hasWeights: true)) { try RolesInspection(folder.run) }
        try folder.run.removeFolder(folder.run.vocabulary)
        #expect(throws: PipelineError.rolesMissing(folder: folder.run.path, hasWeights: false)) { try RolesInspection(folder.run) }
        try LocalFiles().remove(folder.run.neurons)
        #expect(throws: PipelineError.resultsMissing(folder: folder.run.path)) { try RolesInspection(folder.run) }
        #expect(throws: PipelineError.planMissing(file: folder.path.appending("plan.json"))) { try RolesInspection(RunFolder(folder.path)) }
    }
}
