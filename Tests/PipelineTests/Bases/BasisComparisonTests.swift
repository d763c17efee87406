import Analysis
import Foundation
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Pipeline

@Suite("The comparison of results whose columns are directions")
struct BasisComparisonTests {
    private static func rotated(seed: UInt64) -> ColumnBasis {
        var columns = RotatedColumns()
        columns.seed = seed
        return .rotated(columns)
    }

    private static let principal: ColumnBasis = {
        var columns = PrincipalColumns()
        columns.components = 4
        return .principal(columns)
    }()

    private func analysed(_ columns: ColumnBasis?, change: (inout Configuration) -> Void = { _ in }) throws -> BasisRun {
        let run = try BasisRun(columns, change: change)
        try run.compute()
        try run.analyze()
        return run
    }

    private func compare(_ first: FilePath, _ second: FilePath) throws -> ComparisonReport {
        try CompareResults(first: first, second: second).run()
    }

    @Test("runs of the same directions agree, and the comparison says what it is of", arguments: [rotated(seed: 7), principal])
    func same(columns: ColumnBasis) throws {
        let (first, second) = (try analysed(columns), try analysed(columns))
        let found = try compare(first.folder.path, second.folder.path)
        #expect(found.names == ColumnNames(columns) && found.expected.map(\.cause) == [.sums])
        #expect(found.comparison.columns.allSatisfy { $0.largest == 0 } && !found.comparison.columns.isEmpty)
        let text = String(decoding: try JSONFile.encode(found, isPretty: false), as: UTF8.self)
        #expect(text.contains("\"columns\":\"\(ColumnNames(columns).kinds)\""))
    }

    @Test("runs of other directions, or of directions and neurons, are refused, whatever their shape")
    func others() throws {
        let runs = try [Self.rotated(seed: 7), Self.rotated(seed: 0), Self.principal, nil].map { (columns: $0, run: try analysed($0)) }
        for (index, first) in runs.enumerated() {
            for second in runs.dropFirst(index + 1) {
                func words(_ columns: ColumnBasis?) -> String { columns.map { "\($0)" } ?? "neurons" }
                let expected = PipelineError.otherColumns(
                    file: first.run.folder.path, columns: words(first.columns), other: second.run.folder.path,
                    otherColumns: words(second.columns))
                #expect(throws: expected) { try compare(first.run.folder.path, second.run.folder.path) }
                #expect(expected.exitStatus == .dataError && expected.message.contains("columns of \(first.run.folder.path) are"))
            }
        }
    }

    @Test("principal directions of another calibration are others, though the configurations say the same")
    func calibration() throws {
        let (first, second) = (try analysed(Self.principal), try analysed(Self.principal) { $0.calibration = 480 })
        let digests = try [first, second].map { try RunPlan.read($0.folder.plan).numbers.basis?.digest?.hex.prefix(12) ?? "" }
        let message = try #require(throws: PipelineError.self) { _ = try compare(first.folder.path, second.folder.path) }.message
        #expect(digests[0] != digests[1])
        for digest in digests { #expect(message.contains("{principal: {components: 4}} with the content hash \(digest)")) }
    }

    @Test("a table is of the directions that it names, an export among them, and of neurons where it names none")
    func tables() throws {
        let (run, neurons) = (try analysed(Self.principal), try analysed(nil))
        let own = try compare(run.folder.path, run.folder.neurons)
        #expect(own.names.kind == "principal direction" && own.expected.isEmpty)
        let output = run.file("theirs")
        _ = try AuthorsExport(folder: run.folder, output: output).run()
        let exported = output.appending("dataframes").appending("neuron_dfs").appending("a.csv")
        let table = try NeuronTableFile(exported)
        #expect(table.columns == NeuronTable.authorsColumns + ["name"] && table.cells(of: "name")?.last == "1.pc3")
        #expect(try compare(exported, run.folder.path).expected.isEmpty)
        #expect(
            throws: PipelineError.otherColumns(
                file: neurons.folder.path, columns: "neurons", other: exported, otherColumns: "principal directions")
        ) { try compare(neurons.folder.path, exported) }

        let scratch = try TemporaryFolder()
        let plain = try scratch.write("plain.csv", "layer,neuron,excess_corr\n0,0,0.5\n")
        #expect(
            throws: PipelineError.otherColumns(
                file: plain, columns: "neurons", other: run.folder.path, otherColumns: "{principal: {components: 4}}")
        ) { try compare(plain, run.folder.path) }
        let marked = try ["r", "pc"].map { try scratch.write("\($0).csv", "layer,neuron,name,excess_corr\n0,3,0.\($0)3,0.5\n") }
        #expect(
            throws: PipelineError.otherColumns(
                file: marked[0], columns: "rotated directions", other: marked[1], otherColumns: "principal directions")
        ) { try compare(marked[0], marked[1]) }
        let other = try compare(marked[1], run.folder.path)
        #expect(other.comparison.neurons == 1 && other.expected.map(\.cause) == [.reference])
        #expect(other.expected.first?.text.contains("names principal directions and does not say which") == true)
        // Another table's column of that name says nothing of directions.
        let named = try scratch.write("named.csv", "layer,neuron,name,excess_corr\n0,3,ratio,0.5\n")
        #expect(try compare(named, neurons.folder.path).names == ColumnNames())
    }
}
