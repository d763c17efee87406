import FaultInjection
import Foundation
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Analysis
@testable import Models
@testable import Pipeline

@Suite("Explanations in the authors' layout")
struct ExplanationExportTests {
    private static let files = (0..<2).map { "explanations/a/planted/layer_\($0).csv" }

    /// A run with features of positions and domains, whose sums are computed.
    private func computed(_ change: (inout Configuration) -> Void = { _ in }) throws -> PlantedFolder {
        let folder = try PlantedFolder {
            $0.features.isEnabled = true
            change(&$0)
        }
        try folder.compute()
        return folder
    }

    private func export(
        _ folder: PlantedFolder, to output: FilePath, on files: some FileLayer = LocalFiles()
    ) throws -> AuthorsExport.Outcome {
        try AuthorsExport(folder: folder.run, output: output).run(on: files)
    }

    private func table(_ file: String, in output: FilePath) throws -> [[String]] {
        try #require(NeuronTableRow.records(in: output.pushing(FilePath(file))))
    }

    /// Pearson's, by plain sums; 0 without variance.
    private func correlation(_ x: [Double], _ y: [Double]) -> Double {
        let n = Double(x.count)
        let (meanX, meanY) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
        var (xx, yy, xy) = (0.0, 0.0, 0.0)
        for (a, b) in zip(x, y) {
            xx += (a - meanX) * (a - meanX)
            yy += (b - meanY) * (b - meanY)
            xy += (a - meanX) * (b - meanY)
        }
        return xx * yy > 0 ? xy / (xx * yy).squareRoot() : 0
    }

    @Test("have the correlation of each neuron with each feature, by plain sums over the model's activations")
    func plainSums() throws {
        let (folder, scratch) = (try computed(), try TemporaryFolder())
        try folder.analyze()
        let outcome = try export(folder, to: scratch.path)
        #expect(outcome.notes.isEmpty && Array(outcome.files.suffix(2)) == Self.files)
        let (plan, context) = (try RunPlan.read(folder.run.plan), folder.context())
        let corpus = try plan.openCorpus(in: folder.run)
        let planned = plan.numbers.models[0]
        let activations = WindowActivations(
            model: try TransformerModel(
                id: "a", folder: try ModelFinder(context: context).open(planned, of: plan), throughLayer: 1, team: context.team),
            corpus: corpus, context: context)
        let bank = try #require(try plan.openFeatures(in: folder.run))
        let rows = Array(0..<corpus.rowCount)
        /// Where a feature holds, token by token.
        func tokens(_ feature: String) -> [Double] {
            let words = feature.split(separator: " ").map(String.init)
            let (first, last) = words[1] == "below" ? (0, (Int(words[2]) ?? 0) - 1) : (Int(words[1]) ?? 0, Int(words[words.count - 1]) ?? 0)
            return rows.flatMap { row -> [Double] in
                let domain = "domain \(plan.numbers.corpus.domains[corpus.domain(ofRow: row)])"
                return (0..<corpus.context).map { position in
                    (words[0] == "position" ? position >= first && position <= last : feature == domain) ? 1 : 0
                }
            }
        }
        let features = bank.columns.map { tokens($0.name) }
        for layer in 0..<2 {
            let found = try table(Self.files[layer], in: scratch.path)
            #expect(found[0] == ["neuron"] + bank.columns.map(\.name) && found.count == 1 + planned.mlpWidth)
            #expect(found[0].contains { $0.hasPrefix("domain ") } && found[0].contains("position below 8"))
            for neuron in 0..<planned.mlpWidth {
                let row = found[1 + neuron]
                try #require(row.count == found[0].count && row[0] == "\(layer).\(neuron)")
                let place = NeuronPlace(layer: layer, neuron: neuron)
                let values = try activations.values(
                    of: rows.map { .init(neuron: place, window: TokenWindow(row: $0, first: 0, count: corpus.context)) }
                ).joined().map { Double($0) }
                for (cell, holds) in zip(row.dropFirst(), features) {
                    let expected = correlation(values, holds)
                    // Products of chunks are rounded to 1/16: far below it in the mean over all tokens.
                    #expect(abs((Double(cell) ?? .infinity) - expected) < 3e-4, "\(place): \(cell), \(expected)")
                }
            }
        }
        // The best one is that of the run's table.
        let neurons = try NeuronTableFile(folder.run.neurons)
        let best = try #require(neurons.cells(of: "explanation_corr"))
        let found = try Self.files.flatMap { try table($0, in: scratch.path).dropFirst() }
        for (row, cell) in zip(found, best) { #expect(row.dropFirst().contains(cell) || cell.isEmpty) }
    }

    @Test("are those of the results, of an incomplete run too, and are left out with the reason where the statistics are others")
    func ofTheResults() throws {
        let (folder, scratch) = (try computed { $0.tokens = .tokens(32 * 32) }, try TemporaryFolder())
        try folder.analyze()
        #expect(try export(folder, to: scratch.path).notes.isEmpty)
        let whole = try Self.files.map { try table($0, in: scratch.path) }
        // More tokens, and results of before.
        _ = try ExtendRun(folder: folder.run, tokens: .all, context: folder.context()).run()
        let other = try TemporaryFolder()
        let older = try export(folder, to: other.path)
        #expect(older.notes.count == 1 && older.notes[0].contains("does not have the statistics that its results are of"))
        #expect(!older.files.contains { $0.hasPrefix("explanations") })
        try folder.analyze()
        #expect(try export(folder, to: scratch.path).notes.isEmpty)
        #expect(try Self.files.map { try table($0, in: scratch.path) } != whole)

        let gaps = try PlantedFolder { $0.features.isEnabled = true }
        try gaps.compute(without: [2])
        try gaps.analyzeIncomplete()
        let incomplete = try TemporaryFolder()
        let outcome = try export(gaps, to: incomplete.path)
        #expect(outcome.notes.isEmpty && outcome.incomplete != nil && Array(outcome.files.suffix(2)) == Self.files)
        try gaps.compute()
        #expect(try export(gaps, to: other.path).notes.count == 1)
    }

    @Test("have the names of directions where columns are such")
    func directions() throws {
        let folder = try computed {
            $0.columns = .rotated(RotatedColumns())
            $0.moments = nil
        }
        try folder.analyze()
        let scratch = try TemporaryFolder()
        #expect(try export(folder, to: scratch.path).notes.isEmpty)
        #expect(try table(Self.files[1], in: scratch.path)[4][0] == "1.r3")
    }

    @Test("are whole files or none, whatever fails", arguments: [FaultyFiles.Fault.failure, .death])
    func faults(fault: FaultyFiles.Fault) throws {
        let (folder, whole) = (try computed(), try TemporaryFolder())
        try folder.analyze()
        _ = try export(folder, to: whole.path)
        var position = 1
        while true {
            let scratch = try TemporaryFolder()
            let files = FaultyFiles(fault, at: position)
            let succeeded = (try? export(folder, to: scratch.path, on: files)) != nil
            for file in Self.files where Folder.holdsFile(scratch.path.pushing(FilePath(file))) {
                #expect(try table(file, in: scratch.path) == table(file, in: whole.path), "operation \(position)")
            }
            if files.count < position {
                #expect(succeeded)
                break
            }
            position += 1
        }
    }

    @Test(
        "are left out with the reason where what they are made of was removed, and none of an earlier export stays beside the new tables",
        arguments: ["features.npz", "calibration.npz", "corpus", "store"])
    func removed(part: String) throws {
        let (folder, scratch) = (try computed(), try TemporaryFolder())
        try folder.analyze()
        #expect(try export(folder, to: scratch.path).notes.isEmpty)
        try FileManager.default.removeItem(atPath: folder.run.path.appending(part).string)
        let outcome = try export(folder, to: scratch.path)
        #expect(outcome.notes.count == 1 && outcome.notes[0].contains(part == "store" ? "does not have the statistics" : part))
        #expect(!outcome.files.contains { $0.hasPrefix("explanations") })
        for file in Self.files { #expect(!Folder.holdsFile(scratch.path.pushing(FilePath(file)))) }
        // Its other tables are known for ours all the same.
        let note = scratch.path.appending("universal-neurons.json")
        let table = try #require(outcome.files.first { $0.hasSuffix("neuron_dfs/a.csv") })
        #expect(Folder.holdsFile(scratch.path.pushing(FilePath(table))) && Folder.holdsFile(note))
    }

    @Test("of a run without features there are none, and the outcome says so")
    func without() throws {
        let (folder, scratch) = (try computed { $0.features.isEnabled = false }, try TemporaryFolder())
        try folder.analyze()
        let outcome = try export(folder, to: scratch.path)
        #expect(outcome.notes.count == 1 && outcome.notes[0].contains("the run has no features"))
        #expect(!outcome.files.contains { $0.hasPrefix("explanations") } && !Folder.exists(scratch.path.appending("explanations")))
    }
}
