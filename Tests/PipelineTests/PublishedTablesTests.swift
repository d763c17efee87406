import Foundation
import SmallRuns
import SystemPackage
import Testing

@testable import Analysis
@testable import Pipeline

/// Tables of made-up neurons in the form in which the authors publish theirs: Tests/Fixtures/Analysis/make_published.py.
@Suite("Published tables in the form that they have, beside a run")
struct PublishedTablesTests {
    /// What numpy says of them.
    private struct Expected: Decodable {
        let neurons, predictions: [[Int]]
        let columns: [String]
        /// Of the columns that are neither correlations nor shares.
        let deviations: [String: Double]
        let means: [String: Double]
        let predictionRows: Int
    }

    private static let folder = ConfigurationTests.repository.appending("Tests/Fixtures/Analysis")
    private static let universal = folder.appending("published-universal.csv")
    private static let predictions = folder.appending("published-predictions.csv")
    private static let width = 20

    private func expected() throws -> Expected {
        let file = URL(fileURLWithPath: Self.folder.appending("published.json").string)
        return try JSONDecoder().decode(Expected.self, from: Data(contentsOf: file))
    }

    /// An analysed run of two models that write to the residual stream, so that all of the authors' columns are filled.
    private func analysed() throws -> PlantedFolder {
        let folder = try PlantedFolder()
        try folder.replaceModels {
            TinyModel(width: 24, mlp: Self.width, vocabulary: PlantedModel.vocabulary, positions: PlantedModel.positions, seed: $0)
        }
        try folder.compute()
        try folder.analyze()
        return folder
    }

    private func compare(_ first: FilePath, _ second: FilePath) throws -> ComparisonReport {
        try CompareResults(first: first, second: second).run()
    }

    private func deviation(_ values: [Double]) -> Double {
        let mean = values.reduce(0, +) / Double(values.count)
        return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
    }

    /// Within what a float32's shortest decimal leaves out.
    private func isClose(_ value: Double, _ expected: Double, of scale: Double? = nil) -> Bool {
        abs(value - expected) <= 1e-6 * (scale ?? abs(expected))
    }

    @Test("universal neurons with all columns: each is compared, with its own tolerance, and every reason is given")
    func universal() throws {
        let (folder, expected) = (try analysed(), try expected())
        defer { withExtendedLifetime(folder) {} }
        #expect(try NeuronTableFile(Self.universal).columns == expected.columns)
        #expect(expected.columns == NeuronTable.authorsColumns + ["excess_corr"] && expected.deviations.count == 12)
        let found = try compare(folder.run.path, Self.universal)
        #expect(found.second.content == .universalNeurons && found.second.threshold == 0.5 && found.second.tokens == nil)
        #expect(found.comparison.neurons == 12 && found.comparison.universal.second == 12 && found.second.repeatedRows == 0)
        #expect(found.comparison.columns.map(\.column) == Array(expected.columns.dropFirst(2)))
        #expect(found.expected.map(\.cause) == [.selection, .sums, .packing, .draw, .rotation, .definition])
        let reasons = found.expected.map(\.text).joined(separator: "\n")
        for words in [
            "\(Self.universal) has universal neurons only", "No neuron of \(Self.universal) has a max_corr of 0",
            "a histogram of 256 edges over the whole test split, and their sparsity counts what is above −0.098",
        ] { #expect(reasons.contains(words), "\(words): \(reasons)") }

        // Of the run's numbers where it stands first, of the table's where that does.
        let own = try NeuronTableFile(folder.run.neurons)
        let rows = expected.neurons.map { $0[0] * Self.width + $0[1] }
        let turned = try compare(Self.universal, folder.run.path)
        #expect(turned.expected == found.expected && turned.comparison.columns.count == found.comparison.columns.count)
        for (column, back) in zip(found.comparison.columns, turned.comparison.columns) {
            let name = column.column
            let all = try #require(own.numbers(of: name))
            let (values, mean) = (rows.map { all[$0] }, try #require(expected.means[name]))
            let theirs = expected.deviations[name]
            #expect(column.neurons == 12 && back.column == name && back.neurons == 12)
            #expect(isClose(column.tolerance, theirs == nil ? 0.001 : 0.001 * deviation(values)), "\(name): \(column.tolerance)")
            #expect(isClose(back.tolerance, 0.001 * (theirs ?? 1)), "\(name): \(back.tolerance)")
            let difference = values.reduce(0, +) / 12 - mean
            let scale = abs(mean) + (theirs ?? 1)
            #expect(isClose(column.meanDifference, difference, of: scale), "\(name)")
            #expect(isClose(back.meanDifference, -difference, of: scale), "\(name)")
        }
    }

    @Test("a column of no correlations agrees where it differs by less than a thousandth of its deviation, one of correlations by 0.001")
    func tolerances() throws {
        let (folder, expected) = (try analysed(), try expected())
        defer { withExtendedLifetime(folder) {} }
        let own = try NeuronTableFile(folder.run.neurons)
        // Every other neuron is off by half of what is tolerated, the others by twice as much.
        let columns = try expected.columns.map { name -> [String] in
            guard name != "layer", name != "neuron" else { return try #require(own.cells(of: name)) }
            let values = try #require(own.numbers(of: name))
            let limit = expected.deviations[name] == nil ? 0.001 : 0.001 * deviation(values)
            return values.enumerated().map { row, value in "\(value + (row % 2 == 0 ? 0.5 : 2) * limit)" }
        }
        let rows = own.rows.indices.map { row in columns.map { $0[row] }.joined(separator: ",") + "\n" }
        let table = folder.path.appending("published.csv")
        try Data((expected.columns.joined(separator: ",") + "\n" + rows.joined()).utf8).write(to: URL(fileURLWithPath: table.string))
        let found = try compare(folder.run.path, table)
        #expect(found.expected.last?.cause == .definition)
        #expect(found.comparison.columns.map(\.column) == Array(expected.columns.dropFirst(2)))
        for column in found.comparison.columns {
            #expect(column.neurons == 40 && column.withinTolerance == 20, "\(column.column): \(column.withinTolerance)")
            #expect(abs(column.largest - 2 * column.tolerance) < 1e-6 * column.tolerance, "\(column.column): \(column.largest)")
        }
    }

    @Test("neurons with features and True or False are a list: each counts once, and nothing is said of what the list does not have")
    func predictions() throws {
        let (folder, expected) = (try analysed(), try expected())
        defer { withExtendedLifetime(folder) {} }
        #expect(try NeuronTableFile(Self.predictions).columns == ["layer", "neuron", "feature", "is_surpress"])
        let found = try compare(folder.run.path, Self.predictions)
        let listed = expected.predictions.count
        #expect(found.second.content == .list && found.second.neurons == listed)
        #expect(found.second.repeatedRows == expected.predictionRows - listed && found.comparison.universal.second == listed)
        #expect(found.comparison.columns.isEmpty && found.comparison.differingColumn == nil && found.comparison.differing.isEmpty)
        #expect(found.expected.map(\.cause) == [.selection, .packing, .draw, .rotation])
        #expect(found.expected.first?.text.hasPrefix("\(Self.predictions) lists neurons without excess_corr") == true)

        // Those that suppress are what `role` calls so: 1.3 is called otherwise here, and 1.18 nothing.
        let roles = folder.path.appending("roles.csv")
        try Data("layer,neuron,role\n1,12,prediction\n1,3,prediction\n0,19,suppression\n1,18,\n".utf8)
            .write(to: URL(fileURLWithPath: roles.string))
        let texts = try compare(Self.predictions, roles).comparison.texts
        #expect(texts.map(\.column) == ["role"] && texts.map(\.neurons) == [3] && texts.map(\.same) == [2])

        // Beside the other table: 0.19, 1.12 and 1.18 are in both.
        let tables = try compare(Self.predictions, Self.universal)
        let sets = tables.comparison.universal
        #expect([sets.first, sets.second, sets.both, sets.either] == [4, 12, 3, 13] && sets.bothByChance == nil)
        #expect(tables.expected.map(\.cause) == [.selection, .selection, .sums])
    }
}
