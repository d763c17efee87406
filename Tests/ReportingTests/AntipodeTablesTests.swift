import Analysis
import Foundation
import Pipeline
import SmallRuns
import Testing

@testable import Reporting

@Suite("Antipodes in the report")
struct AntipodeTablesTests {
    private func summary(_ figures: String) throws -> AntipodeSummary {
        try JSONDecoder().decode(AntipodeSummary.self, from: Data("{\"figures\": [\(figures)]}".utf8))
    }

    private let antipode = """
        {"name": "antipode", "universal": {"neurons": 3, "mean": 0.25, "interval": [0.125, 0.375]}, "others": {"neurons": 1, "mean": 0.0625},
            "frequency_corr": -0.5, "frequency_rank_corr": 0.75}
        """

    @Test("are figures of universal and of other neurons with their intervals, and how they go with the frequency of activation")
    func figures() throws {
        let table = try #require(
            ReportedTable.antipodes(
                try summary("\(antipode), {\"name\": \"layer_in_min_cos\", \"others\": {\"neurons\": 2, \"mean\": -0.5}}")))
        #expect(table.columns == ["figure", "universal", "others", "with frequency", "by rank"])
        #expect(
            table.rows == [
                ["largest product of both cosines where both are negative", "0.250 (0.125 to 0.375)", "0.062", "−0.500", "0.750"],
                ["smallest cosine of w_in with another neuron’s, within its layer", "–", "−0.500", "–", "–"],
            ])
        let without = try #require(
            ReportedTable.antipodes(try summary("{\"name\": \"duplicate\", \"others\": {\"neurons\": 1, \"mean\": 0.5}}")))
        #expect(without.columns.count == 3 && without.rows[0].count == 3 && !without.sentences[0].contains("share of tokens"))
        #expect(try ReportedTable.antipodes(summary("")) == nil)
        var content = SyntheticReport().content()
        content.tables = [table]
        #expect(try ReportPage(content).html().contains("<a href=\"#antipodes\">Antipodes</a>"))
    }

    @Test("are pairs, the most opposed first and each once, as far as the table has them")
    func pairs() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            "antipodes.csv",
            "layer,neuron,universal,antipode,antipode_layer,antipode_neuron\n0,0,1,0.5,1,1\n0,1,0,,,\n1,0,0,0.25,0,0\n1,1,0,0.5,0,0\n")
        let table = try NeuronTableFile(file)
        let found = try #require(try ReportedTable.opposedPairs(table, limit: 10))
        #expect(found.rows == [["0.0 (universal)", "1.1", "0.500"], ["1.0", "0.0 (universal)", "0.250"]])
        #expect(try ReportedTable.opposedPairs(table, limit: 1)?.rows.count == 1 && ReportedTable.opposedPairs(table, limit: 0) == nil)
    }
}
