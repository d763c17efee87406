import Foundation
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Analysis
@testable import Pipeline

@Suite("The comparison of results")
struct CompareResultsTests {
    /// An analysed run in which b has two of a's neurons. With a threshold of 0 these at least are universal.
    private func analysed(_ change: (inout Configuration) -> Void = { _ in }) throws -> PlantedFolder {
        let folder = try PlantedFolder {
            $0.threshold = 0
            change(&$0)
        }
        let a = PlantedModel(seed: 0, embedding: 9)
        var b = PlantedModel(seed: 1, embedding: 9)
        b.plant(0, 4, as: a, 0, 3)
        b.plant(1, 7, as: a, 1, 11)
        try b.write(to: folder.path.appending("b"))
        try folder.compute()
        try folder.analyze()
        return folder
    }

    private func compare(_ first: FilePath, _ second: FilePath, threshold: Double? = nil) throws -> ComparisonReport {
        try CompareResults(first: first, second: second, threshold: threshold).run()
    }

    @Test("a run agrees with itself in everything, and the same statistics are named as such")
    func same() throws {
        let folder = try analysed()
        let found = try compare(folder.run.path, folder.run.path)
        #expect(found.first.content == .run && found.first.models == ["a", "b"] && found.first.threshold == 0)
        #expect(found.comparison.neurons == 40 && found.comparison.columns.map(\.column).contains("excess_corr"))
        #expect(found.comparison.columns.allSatisfy { $0.largest == 0 && $0.withinTolerance == $0.neurons })
        #expect(found.comparison.universal.jaccard == 1 && found.comparison.universal.bothByChance != nil)
        // Chance moves both alike.
        #expect(found.comparison.universal.jaccardStandardError == nil)
        #expect(
            found.comparison.texts.map(\.column).contains("best partner in b")
                && found.comparison.texts.allSatisfy { $0.same == $0.neurons })
        #expect(found.comparison.differing.isEmpty && found.expected.isEmpty)
        let copy = folder.path.appending("copy")
        try FileManager.default.copyItem(atPath: folder.run.path.string, toPath: copy.string)
        #expect(try compare(folder.run.path, copy).expected.map(\.cause) == [.sums])
    }

    @Test("a table that a spreadsheet or pandas has saved, with a byte-order mark and numbers like 3.0, is read as the one it was")
    func saved() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("saved.csv", "\u{FEFF}layer,neuron,excess_corr\r\n0.0,3,0.5\r\n1,11.0,\r\n")
        let table = try NeuronTableFile(path)
        #expect(table.columns == ["layer", "neuron", "excess_corr"] && table.cells(of: "neuron") == ["3", "11.0"])
        #expect(table.neurons.map(\.layer) == [0, 1] && table.neurons.map(\.neuron) == [3, 11])
        for cell in ["0.5", ".0", "-1.0", "1.00", "1e0"] {
            let wrong = try folder.write("wrong.csv", "layer,neuron\n0,\(cell)\n")
            let error = try #require(throws: StorageError.self) { _ = try NeuronTableFile(wrong) }
            #expect(error.message.contains("names no neuron: layer '0', neuron '\(cell)'"))
        }
    }

    @Test("which neurons are universal is read in every form that tables are saved in, and a cell that says nothing of it is named")
    func truths() throws {
        let folder = try TemporaryFolder()
        func truths(_ cells: [String], _ column: String = "universal") throws -> [Bool?]? {
            let rows = cells.enumerated().map { "0,\($0),\($1)\n" }.joined()
            return try NeuronTableFile(try folder.write("table.csv", "layer,neuron,universal\n\(rows)")).truths(of: column)
        }
        #expect(try truths(["1", "1.0", "true", "True", "TRUE", "yes"]) == [true, true, true, true, true, true])
        #expect(try truths(["0", "0.0", "false", "False", "No", ""]) == [false, false, false, false, false, nil])
        #expect(try truths(["NaN"]) == [nil] && truths(["?"], "other") == nil)
        for cell in ["2", "0.5", "-1", "universal", "1.00"] {
            let error = try #require(throws: StorageError.self) { _ = try truths(["1", cell]) }
            #expect(error.message.contains("row 2 has '\(cell)' in column 'universal'") && error.exitStatus == .dataError)
        }
    }

    @Test("a saved table of a run has the universal neurons of the run, in whatever form; an empty cell has what the excess says")
    func savedRun() throws {
        let folder = try analysed()
        let table = try NeuronTableFile(folder.run.neurons)
        let place = try #require(table.columns.firstIndex(of: "universal"))
        // Of its columns what needs no quotes.
        let names = ["layer", "neuron", "max_corr", "excess_corr"]
        let columns = try names.map { try #require(table.cells(of: $0)) }
        let whole = try compare(folder.run.path, folder.run.path).comparison.universal
        for (yes, no) in [("1.0", "0.0"), ("True", "False"), ("yes", "no"), ("", "")] {
            let rows = table.rows.indices.map { row in
                (columns.map { $0[row] } + [table.rows[row][place] == "1" ? yes : no]).joined(separator: ",") + "\n"
            }
            let text = (names + ["universal"]).joined(separator: ",") + "\n" + rows.joined()
            let file = folder.path.appending("saved.csv")
            try Data(text.utf8).write(to: URL(fileURLWithPath: file.string))
            let found = try compare(folder.run.path, file, threshold: 0).comparison.universal
            #expect(found.first == whole.first && found.second == whole.first && found.both == whole.first, "'\(yes)' and '\(no)'")
        }
    }

    @Test("a published table is compared over what it lists, with the reasons that the paper's scripts give")
    func published() throws {
        let folder = try analysed()
        let table = try NeuronTableFile(folder.run.neurons)
        let names = ["max_corr", "mean_corr", "mean_baseline"]
        let columns = try names.map { try #require(table.numbers(of: $0)) }
        let excess = try #require(table.numbers(of: "excess_corr"))
        // What four decimals leave is universal still.
        let listed = table.rows.indices.filter { excess[$0] > 0.001 }
        try #require(!listed.isEmpty)
        var text = (["layer", "neuron"] + names).joined(separator: ",") + "\n"
        for row in listed {
            let cells = columns.enumerated().map { row == listed[0] && $0 == 0 ? "0.0" : String(format: "%.4f", $1[row]) }
            text += "\(table.neurons[row].layer),\(table.neurons[row].neuron),\(cells.joined(separator: ","))\n"
        }
        let file = folder.path.appending("published.csv")
        try Data(text.utf8).write(to: URL(fileURLWithPath: file.string))
        let found = try compare(folder.run.path, file)

        // It has no excess_corr: that follows; its threshold is the run's.
        #expect(found.second.content == .universalNeurons && found.second.threshold == 0 && found.second.tokens == nil)
        let sets = found.comparison.universal
        #expect(sets.second == listed.count && sets.both == listed.count && sets.first == excess.count { $0 > 0 })
        #expect(found.comparison.columns.map(\.column) == names + ["excess_corr"])
        let means = try #require(found.comparison.columns.first { $0.column == "mean_corr" })
        #expect(means.withinTolerance == listed.count && means.largest <= 0.00006 && means.neurons == listed.count)
        let largest = try #require(found.comparison.columns.first)
        let place = table.neurons[listed[0]]
        #expect(largest.largestAt == NeuronPlace(layer: place.layer, neuron: place.neuron))

        #expect(found.expected.map(\.cause) == [.selection, .sums, .packing, .draw, .rotation])
        let reasons = found.expected.map(\.text).joined(separator: "\n")
        for words in [
            "has universal neurons only", "1 neuron of \(file) has a max_corr of 0", "read token ids", "rows of 32 tokens", "another mask",
            "the mean of 2 such draws",
        ] { #expect(reasons.contains(words), "\(words): \(reasons)") }
        // The same the other way round.
        let turned = try compare(file, folder.run.path)
        #expect(turned.expected == found.expected && turned.comparison.universal.jaccard == sets.jaccard)
    }

    @Test("what was exported from a run is the run's: no neuron differs, and nothing that the authors do otherwise is told")
    func exported() throws {
        let folder = try analysed()
        let tables = AuthorsTables(try NeuronTableFile(folder.run.neurons))
        func compare(with text: String) throws -> ComparisonReport {
            let file = folder.path.appending("exported.csv")
            try Data(text.utf8).write(to: URL(fileURLWithPath: file.string))
            return try self.compare(folder.run.path, file)
        }
        let whole = try compare(with: tables.neurons)
        #expect(whole.comparison.neurons == 40 && whole.comparison.differing.isEmpty && whole.expected.isEmpty, "\(whole.expected)")
        let part = try compare(with: tables.universal)
        #expect(part.comparison.differing.isEmpty && part.expected.map(\.cause) == [.selection], "\(part.expected)")
        // One number that is another's, and it is a table of others again.
        let lines = tables.neurons.split(separator: "\n").map(String.init)
        let place = try #require(lines[0].split(separator: ",").firstIndex(of: "max_corr"))
        var cells = lines[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        cells[place] = "0.25"
        let other = try compare(with: ([lines[0], cells.joined(separator: ",")] + lines[2...]).joined(separator: "\n") + "\n")
        #expect(other.expected.map(\.cause).contains(.sums))
    }

    @Test("two budgets of one draw differ by chance alone, another reference and other rotations are named")
    func runs() throws {
        let (whole, part) = (try analysed(), try analysed { $0.tokens = .tokens(32 * 32) })
        let found = try compare(whole.run.path, part.run.path)
        #expect(found.expected.map(\.cause) == [.draw], "\(found.expected)")
        #expect(found.expected.first?.text.contains("of one draw, the fewer being its beginning") == true)
        let other = try PlantedFolder { $0.rotations.kinds = [.orthogonal] }
        try PlantedModel(seed: 5, embedding: 9).write(to: other.path.appending("a"))
        try other.compute()
        try other.analyze()
        let causes = try compare(whole.run.path, other.run.path).expected.map(\.cause)
        #expect(causes.first == .reference && Set([.plan, .rotation, .definition]).isSubset(of: causes), "\(causes)")
    }

    @Test("runs of one draw under different masks are said to differ by more than chance, and by no beginning of the other")
    func masks() throws {
        let (whole, masked) = (try analysed(), try analysed { $0.corpus.mask = [.id(3)] })
        let found = try compare(whole.run.path, masked.run.path).expected
        #expect(found.map(\.cause).contains(.plan) && found.contains { $0.text.contains("corpus.mask") }, "\(found)")
        let draw = try #require(found.first { $0.cause == .draw }).text
        #expect(draw.contains("of one draw under different masks") && !draw.contains("beginning") && !draw.contains("by chance alone"))
    }

    @Test("a table that only names neurons is compared as a set, each neuron once")
    func list() throws {
        let folder = try analysed()
        let file = folder.path.appending("list.csv")
        try Data("layer,neuron,feature\n0,3,a\n1,11,\"b, c\"\n0,3,d\n".utf8).write(to: URL(fileURLWithPath: file.string))
        let found = try compare(folder.run.path, file)
        #expect(found.second.content == .list && found.second.neurons == 2 && found.second.repeatedRows == 1)
        #expect(found.comparison.columns.isEmpty && found.comparison.universal.both == 2 && found.comparison.differing.isEmpty)
        #expect(found.expected.first?.cause == .selection && !found.expected.map(\.cause).contains(.sums))
    }

    @Test("results that are not there, and tables of other models, are refused by name")
    func refused() throws {
        let folder = try analysed()
        func file(_ text: String) throws -> FilePath {
            let file = folder.path.appending("\(UUID().uuidString).csv")
            try Data(text.utf8).write(to: URL(fileURLWithPath: file.string))
            return file
        }
        let foreign = try file("layer,neuron\n0,3\n2,0\n")
        #expect(throws: PipelineError.otherModel(file: foreign, layer: 2, neuron: 0, complete: folder.run.path)) {
            try compare(folder.run.path, foreign)
        }
        let (one, two) = (try file("layer,neuron\n0,3\n"), try file("layer,neuron\n0,14\n"))
        #expect(throws: PipelineError.nothingToCompare(file: one, other: two)) { try compare(one, two) }
        for (text, words) in [
            ("", "empty"),
            ("layer,neuron,x\n0,3,1\n0,4\n", "row 2 has 2 cells"),
            ("layer,neuron\n0,3\n0,-4\n", "row 2 names no neuron"), ("layer,neuron,x,x\n", "two of its columns"),
        ] {
            let error = #expect(throws: StorageError.self, "\(text)") { try compare(folder.run.path, file(text)) }
            #expect(error?.message.contains(words) == true && error?.exitStatus == .dataError, "\(error?.message ?? "")")
        }
        for text in ["layer,number\n0,3\n", "# Universal Neurons\n\nWhat it is.\n"] {
            let path = try file(text)
            let error = #expect(throws: PipelineError.noTableOfNeurons(file: path)) { try compare(folder.run.path, path) }
            #expect(error?.remedy.contains("give the folder of a run, or a CSV file") == true && error?.exitStatus == .dataError)
        }
        #expect(throws: StorageError.notFound(folder.path.appending("no.csv"))) {
            try compare(folder.run.path, folder.path.appending("no.csv"))
        }
        try FileManager.default.removeItem(atPath: folder.run.summary.string)
        #expect(throws: PipelineError.resultsMissing(folder: folder.run.path)) { try compare(folder.run.path, one) }
        #expect(throws: PipelineError.planMissing(file: folder.path.appending("a/plan.json"))) {
            try compare(one, folder.path.appending("a"))
        }
        let error = try #require(throws: PipelineError.self) { try compare(one, folder.path) }
        guard case .folderOfTables(folder.path, let tables) = error else {
            Issue.record("\(error)")
            return
        }
        #expect(tables.contains(one.lastComponent?.string ?? "") && tables == tables.sorted() && error.exitStatus == .noInput)
    }
}
