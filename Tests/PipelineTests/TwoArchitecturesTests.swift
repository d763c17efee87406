import Checkpoints
import Corpus
import Foundation
import Kernels
import Models
import SmallRuns
import Statistics
import Storage
import Testing

@testable import Pipeline

@Suite("A run of two architectures")
struct TwoArchitecturesTests {
    @Test("correlates the neurons of a GPT-2 with those of a GPT-NeoX over the same tokens")
    func correlations() throws {
        let folder = try PlantedFolder()
        let positions = PlantedModel.positions
        try TinyModel(layers: 2, mlp: 20, vocabulary: PlantedModel.vocabulary, positions: positions).write(to: folder.path.appending("a"))
        // Padded above the vocabulary that both share, as Pythia's embedding is.
        try TinyModel(.gptNeoX, layers: 3, mlp: 28, vocabulary: PlantedModel.vocabulary + 27, positions: 2 * positions)
            .write(to: folder.path.appending("b"))
        let run = try folder.compute()
        let outcome = try folder.analyze()
        let tokens = try NumpyArray(mapping: folder.path.appending("tokens.npy")).values(as: Int32.self)
        try check(outcome, of: run, in: folder, tokens: tokens) { _ in true }
    }

    /// The rows that `tokenizers` makes of `python.jsonl.gz`: Tests/Fixtures/Corpus/make_gzip_corpus.py.
    private struct ExpectedRows: Decodable {
        struct Row: Decodable {
            let domain: String
            let tokens: [Int32]
        }
        let context: Int
        let endOfText, newline: Int32
        let rows: [Row]
    }

    @Test("correlates the two over text that Python's gzip has compressed, by the one tokenizer that lies in both models' folders")
    func text() throws {
        let fixtures = ConfigurationTests.repository.appending("Tests/Fixtures/Corpus")
        let file = URL(fileURLWithPath: fixtures.appending("python-rows.json").string)
        let expected = try JSONDecoder().decode(ExpectedRows.self, from: Data(contentsOf: file))
        let tokenizer = fixtures.appending("pythia")
        let folder = try PlantedFolder {
            $0.corpus = CorpusConfiguration(path: fixtures.appending("python.jsonl.gz"), tokenizer: tokenizer, context: expected.context)
        }
        let vocabulary = 723
        let models = folder.configuration.models
        try TinyModel(layers: 2, mlp: 20, vocabulary: vocabulary, positions: expected.context).write(to: models[0].path)
        try TinyModel(.gptNeoX, layers: 3, mlp: 28, vocabulary: vocabulary + 45, positions: 2 * expected.context).write(to: models[1].path)
        for model in models {
            let name = "tokenizer.json"
            try FileManager.default.copyItem(atPath: tokenizer.appending(name).string, toPath: model.path.appending(name).string)
        }
        #expect(try TokenizerAgreement(of: models.map { ($0, $0.path) }, corpus: tokenizer).notices.isEmpty)

        let run = try folder.compute()
        let outcome = try folder.analyze()
        try #require(run.corpus.rowCount == expected.rows.count)
        for (index, row) in expected.rows.enumerated() {
            #expect(run.corpus.tokens(ofRow: index) == row.tokens, "row \(index)")
            #expect(run.corpus.domains[run.corpus.domain(ofRow: index)] == row.domain, "row \(index)")
        }
        let tokens = expected.rows.flatMap(\.tokens)
        let isCounted = { (token: Int32) in token != expected.endOfText && token != expected.newline }
        #expect(outcome.summary.tokens == tokens.count(where: isCounted) && tokens.contains(expected.newline))
        try check(outcome, of: run, in: folder, tokens: tokens, where: isCounted)
    }

    /// Holds correlations of neurons of a and b against plain loops over the activations of those tokens that count.
    private func check(
        _ outcome: AnalysisOutcome, of run: PlannedRun, in folder: PlantedFolder, tokens: [Int32], where isCounted: (Int32) -> Bool
    ) throws {
        let statistics = StoredStatistics(
            snapshot: outcome.snapshot, calibration: run.calibration, replicates: folder.configuration.replicates, domains: 1)
        let layout = statistics.layout
        #expect(layout.groups(of: "a").count == 2 && layout.groups(of: "b").count == 3)
        let places = tokens.indices.filter { isCounted(tokens[$0]) }
        let a = try activations(of: "a", tokens: tokens, in: folder)
        let b = try activations(of: "b", tokens: tokens, in: folder)
        for (layerOfA, layerOfB) in [(0, 0), (1, 2), (0, 1)] {
            let rows = layout.groups(of: "a")[layerOfA]
            let columns = layout.groups(of: "b")[layerOfB]
            let block = try #require(layout.block(rows: rows, columns: columns) ?? layout.block(rows: columns, columns: rows))
            var found = [Float](repeating: .nan, count: 20 * 28)
            try statistics.correlations(of: block, over: .all(folder.configuration.replicates), into: &found)
            for i in stride(from: 0, to: 20, by: 3) {
                for j in stride(from: 0, to: 28, by: 5) {
                    let expected = correlation(places.map { a[layerOfA][$0 * 20 + i] }, places.map { b[layerOfB][$0 * 28 + j] })
                    let place = block.rows == rows ? i * 28 + j : j * 20 + i
                    #expect(abs(Double(found[place]) - expected) < 1e-4, "\(layerOfA).\(i) \(layerOfB).\(j)")
                }
            }
        }
    }

    /// A layer's activations of all tokens, `[tokens, d_mlp]`.
    private func activations(of id: String, tokens: [Int32], in folder: PlantedFolder) throws -> [[Float]] {
        let model = try TransformerModel(id: id, folder: try ModelFolder(folder.path.appending(id)))
        let workspace = try model.makeWorkspace(context: PlantedModel.positions)
        let (context, width) = (PlantedModel.positions, model.shape.mlpWidth)
        var layers = [[Float]](repeating: [], count: model.shape.layers)
        try tokens.withUnsafeBufferPointer { all in
            for start in stride(from: 0, to: all.count, by: context) {
                let row = TokenRow(
                    index: start / context, domain: 0, tokens: UnsafeBufferPointer(rebasing: all[start..<start + context]))
                try model.activations(of: row, through: model.shape.layers - 1, workspace: workspace) { layer, values in
                    layers[layer] += UnsafeBufferPointer(start: values, count: context * width)
                }
            }
        }
        return layers
    }

    private func correlation(_ x: [Float], _ y: [Float]) -> Double {
        func centred(_ values: [Float]) -> [Double] {
            let mean = values.reduce(0) { $0 + Double($1) } / Double(values.count)
            return values.map { Double($0) - mean }
        }
        let (u, v) = (centred(x), centred(y))
        func product(_ u: [Double], _ v: [Double]) -> Double { zip(u, v).reduce(0) { $0 + $1.0 * $1.1 } }
        return product(u, v) / (product(u, u) * product(v, v)).squareRoot()
    }
}
