import Checkpoints
import Corpus
import Foundation
import Models
import SmallRuns
import Statistics
import Storage
import SystemPackage
import Testing

@testable import Pipeline

@Suite("A run with a tagger's labels")
struct LabelledRunTests {
    /// A folder with features.
    private func folder(rows: Int = 64, change: (inout Configuration) -> Void = { _ in }) throws -> PlantedFolder {
        try PlantedFolder(rows: rows) {
            $0.features.isEnabled = true
            change(&$0)
        }
    }

    /// Labels the rows of a folder, and says so in its configuration.
    @discardableResult
    private func tag(_ folder: PlantedFolder, seed: Int = 0, rows: Int? = nil) throws -> TinyLabels {
        let context = PlantedModel.positions
        let tokens = try NumpyArray(mapping: folder.path.appending("tokens.npy")).values(as: Int32.self)
        let labels = TinyLabels(tokens: Array(tokens.prefix(rows.map { $0 * context } ?? tokens.count)), context: context, seed: seed)
        let path = folder.path.appending("labels.npz")
        try labels.write(to: path)
        folder.configuration.corpus.labels = path
        return labels
    }

    @Test("has the statistics of a label's column that a direct sum over tokens gives")
    func statistics() throws {
        let folder = try folder()
        let labels = try tag(folder)
        let run = try folder.compute()
        let outcome = try folder.analyze()
        let bank = try #require(run.features)
        let columns = try TinyLabels.names.map { name in try #require(bank.columns.firstIndex { $0.name == "label: \(name)" }) }
        let statistics = StoredStatistics(
            snapshot: outcome.snapshot, calibration: run.calibration, replicates: folder.configuration.replicates, domains: 1)
        let layout = statistics.layout
        let features = try #require(layout.groups(of: "features").first)
        let values = try activations(of: "a", tokens: labels.tokens, in: folder)
        for layer in 0..<2 {
            let block = try #require(layout.block(rows: layout.groups(of: "a")[layer], columns: features))
            var found = [Float](repeating: .nan, count: 20 * bank.columns.count)
            try statistics.correlations(of: block, over: .all(folder.configuration.replicates), into: &found)
            let moments = try statistics.moments(of: block, over: .all(folder.configuration.replicates)).columns
            #expect(moments.tokens == labels.tokens.count)
            for (label, column) in columns.enumerated() {
                let holds = labels.tokens.indices.map { labels.holds(label, ofToken: $0) ? 1.0 : 0 }
                let share = holds.reduce(0, +) / Double(holds.count)
                #expect(share > 0.2 && share < 0.6)
                #expect(abs(moments.mean[column] - share) < 1e-6)
                for neuron in 0..<20 {
                    let expected = correlation(
                        values[layer].enumerated().filter { $0.offset % 20 == neuron }.map { Double($0.element) }, holds)
                    let place = neuron * bank.columns.count + column
                    #expect(abs(Double(found[place]) - expected) < 2e-4, "\(layer).\(neuron) \(TinyLabels.names[label])")
                }
            }
        }
        #expect(outcome.explanations?.features.filter { $0.name.hasPrefix("label: ") }.count == 3)
    }

    @Test("lists its labels with how often they hold, one after the other")
    func listed() throws {
        let folder = try folder()
        let labels = try tag(folder)
        let listed = try ListFeatures(
            configuration: folder.configuration, folder: folder.path.appending("rows"), context: folder.context()
        ).run()
        #expect(listed.suffix(3).map(\.name) == TinyLabels.names.map { "label: \($0)" })
        let counts = TinyLabels.names.indices.map { label in labels.tokens.indices.count { labels.holds(label, ofToken: $0) } }
        #expect(listed.suffix(3).map(\.occurrences) == counts)
        #expect(listed.suffix(3).map(\.share) == counts.map { Double($0) / Double(labels.tokens.count) })
        #expect(listed.suffix(3).allSatisfy { $0.family == .syntax && $0.vocabularyTokens == nil })
    }

    @Test("counts labels of counted tokens alone")
    func masked() throws {
        let folder = try folder { $0.corpus.mask = [.id(7), .id(100)] }
        let labels = try tag(folder)
        let listed = try ListFeatures(
            configuration: folder.configuration, folder: folder.path.appending("rows"), context: folder.context()
        ).run()
        let counted = labels.tokens.indices.filter { ![7, 100].contains(labels.tokens[$0]) }
        #expect(counted.count < labels.tokens.count)
        #expect(listed.last?.occurrences == counted.count { labels.holds(2, ofToken: $0) })
    }

    @Test("is another run than one without labels or with others, and without labels what it was before there were any")
    func identity() throws {
        let (plain, same, labelled, other) = (try folder(), try folder(), try folder(), try folder())
        try tag(labelled)
        try tag(other, seed: 1)
        let identities = try [plain, same, labelled, other].map { try $0.plan().plan.identity }
        #expect(identities[0] == identities[1] && Set(identities).count == 3)
        let text = try String(contentsOfFile: plain.run.plan.string, encoding: .utf8)
        #expect(!text.contains("labels") && !plain.holds("labels.npy"))
        let read = try RunPlan.read(labelled.run.plan)
        #expect(read.numbers.labels?.combinations == 4 && read.identity == identities[2])
        #expect(read.configuration.corpus.labels == labelled.configuration.corpus.labels)
    }

    @Test("goes on with the same labels alone, which it keeps in its own folder")
    func resumed() throws {
        let folder = try folder()
        try tag(folder)
        let planned = try folder.plan()
        let kept = planned.folder.labels
        let bytes = try Data(contentsOf: URL(fileURLWithPath: kept.string))
        func map(_ name: String) throws -> MapTask.Outcome {
            try MapTask(folder: folder.run, task: 0, output: folder.path.appending(name), context: folder.context()).run()
        }
        #expect(try map("whole.partial") == .computed)
        // The last number, of 32 bits: it stays one that the table has.
        var damaged = bytes
        damaged[damaged.count - 4] ^= 1
        try damaged.write(to: URL(fileURLWithPath: kept.string))
        let error = #expect(throws: PipelineError.self) { try map("damaged.partial") }
        guard case .planDamaged(kept, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        try folder.plan()
        #expect(try Data(contentsOf: URL(fileURLWithPath: kept.string)) == bytes)
        try FileManager.default.removeItem(atPath: kept.string)
        #expect(throws: StorageError.self) { try map("missing.partial") }
        try folder.plan()
        #expect(try map("again.partial") == .computed)
        let checksums = try ["whole", "again"].map { name in
            try PartialReader(folder.path.appending("\(name).partial")).sections.flatMap { $0.shards.map(\.checksum) }
        }
        #expect(checksums[0] == checksums[1] && !checksums[0].isEmpty)

        try tag(folder, seed: 1)
        #expect(throws: PipelineError.otherRun(folder: folder.run.path, differences: ["corpus.labels: other labels"])) {
            try folder.plan()
        }
        folder.configuration.corpus.labels = nil
        #expect(throws: PipelineError.otherRun(folder: folder.run.path, differences: ["corpus.labels: some → none"])) {
            try folder.plan()
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: kept.string)) == bytes)
    }

    @Test("is not planned with labels of other tokens, of which the first row is named, nor of fewer rows")
    func misaligned() throws {
        let folder = try folder()
        var labels = try tag(folder)
        let path = folder.path.appending("labels.npz").string
        for place in [5 * 32 + 3, 9 * 32] { labels.tokens[place] = (labels.tokens[place] + 1) % 200 }
        try labels.write(to: folder.path.appending("labels.npz"))
        // Row 5 of three domains that take turns.
        #expect(throws: CorpusError.labelsOfOtherRows(path: path, row: 5, domain: "2")) { try folder.plan() }
        #expect(!folder.holds("plan.json") && !folder.holds("labels.npy"))
        try tag(folder, rows: 60)
        #expect(throws: CorpusError.labelsOfOtherShape(path: path, found: [60, 32], corpus: [64, 32])) { try folder.plan() }
        let list = ListFeatures(configuration: folder.configuration, folder: folder.path.appending("rows"), context: folder.context())
        #expect(throws: CorpusError.labelsOfOtherShape(path: path, found: [60, 32], corpus: [64, 32])) { try list.run() }
        try tag(folder)
        try folder.plan()
        #expect(folder.holds("labels.npy"))
    }

    @Test("is screened as any other: the pilot has the same labels")
    func screened() throws {
        let folder = try folder {
            var settings = ScreeningSettings()
            settings.pilot = 1_024
            $0.precision = .screening(settings)
        }
        try tag(folder)
        let run = try folder.compute()
        let pilot = try RunPlan.read(folder.run.pilot.plan)
        #expect(pilot.numbers.labels != nil && pilot.numbers.labels == run.plan.numbers.labels)
        #expect(run.features?.columns.contains { $0.name == "label: sentence end" } == true)
    }

    /// A layer's activations of all tokens, `[tokens, d_mlp]`.
    private func activations(of id: String, tokens: [Int32], in folder: PlantedFolder) throws -> [[Float]] {
        let model = try TransformerModel(id: id, folder: try ModelFolder(folder.path.appending(id)))
        let workspace = try model.makeWorkspace(context: PlantedModel.positions)
        let (context, width) = (PlantedModel.positions, model.shape.mlpWidth)
        var layers = [[Float]](repeating: [], count: model.shape.layers)
        try tokens.withUnsafeBufferPointer { all in
            for start in stride(from: 0, to: all.count, by: context) {
                let row = TokenRow(index: start / context, domain: 0, tokens: UnsafeBufferPointer(rebasing: all[start..<start + context]))
                try model.activations(of: row, through: model.shape.layers - 1, workspace: workspace) { layer, values in
                    layers[layer] += UnsafeBufferPointer(start: values, count: context * width)
                }
            }
        }
        return layers
    }

    private func correlation(_ x: [Double], _ y: [Double]) -> Double {
        func centred(_ values: [Double]) -> [Double] {
            let mean = values.reduce(0, +) / Double(values.count)
            return values.map { $0 - mean }
        }
        func product(_ u: [Double], _ v: [Double]) -> Double { zip(u, v).reduce(0) { $0 + $1.0 * $1.1 } }
        let (u, v) = (centred(x), centred(y))
        return product(u, v) / (product(u, u) * product(v, v)).squareRoot()
    }
}
