import Checkpoints
import Foundation
import Kernels
import Models
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Analysis
@testable import Pipeline
@testable import Statistics

/// Moments of pre-activations and tokens of highest activation, from the models to a run's tables.
@Suite("Moments in a run")
struct MomentsInRunTests {
    private static let columns = ["mean", "var", "skew", "kurt", "sparsity", "sparsity_paper", "position_score"]

    init() { OpenBLAS.useOneThread() }

    /// A run whose neuron 0.4 never fires, and whose neuron 1.3 lies beyond what is taken as it is; a part of the tokens is masked.
    private func folder(_ change: (inout Configuration) -> Void = { _ in }) throws -> PlantedFolder {
        let folder = try PlantedFolder {
            $0.corpus.mask = [.id(3), .id(4)]
            change(&$0)
        }
        var model = PlantedModel(seed: 0, embedding: 9)
        model.silence(0, 4)
        model.biases[1][3] = -5_000
        try model.write(to: folder.path.appending("a"))
        return folder
    }

    /// The bytes of all that moments are in.
    private func results(_ folder: PlantedFolder) throws -> [Data] {
        let files = ["neurons.csv", "percentiles.csv", "activations/layer0.npz", "activations/layer1.npz"]
        return try files.map { try Data(contentsOf: URL(fileURLWithPath: folder.run.path.appending($0).string)) }
    }

    @Test("are those of all tokens of the corpus, masked ones included, by plain loops over the model's pre-activations")
    func plainLoops() throws {
        let folder = try folder()
        let planned = try folder.compute()
        let summary = try folder.analyze().summary
        let model = try TransformerModel(id: "a", folder: ModelFolder(folder.path.appending("a")))
        let rows = ShardRows(rows: Array(0..<64), of: planned.corpus)
        let (context, width) = (rows.context, 20)
        let workspace = try model.makeWorkspace(context: context)
        // [layers][neurons] of all values, and how often each neuron fires at each position.
        var values = Array(repeating: Array(repeating: [Double](), count: width), count: 2)
        var fired = Array(repeating: Array(repeating: 0, count: context * width), count: 2)
        var highest = Array(repeating: Array(repeating: [Int32: Float](), count: width), count: 2)
        for row in 0..<rows.count {
            try rows.withRow(row) { row in
                try model.activations(
                    of: row, through: 1, workspace: workspace,
                    observe: { band in
                        for place in 0..<band.positions.count * width {
                            let (x, neuron) = (band.products[place] + band.bias[place % width], place % width)
                            values[band.layer][neuron].append(Double(max(x, -1_024)))
                            fired[band.layer][band.positions.lowerBound * width + place] += x > 0 ? 1 : 0
                        }
                    },
                    deliver: { layer, activations in
                        for position in 0..<context where ![3, 4].contains(row.tokens[position]) {
                            for neuron in 0..<width where activations[position * width + neuron] > 0 {
                                let (token, value) = (row.tokens[position], activations[position * width + neuron])
                                highest[layer][neuron][token] = max(highest[layer][neuron][token] ?? 0, value)
                            }
                        }
                    })
            }
        }
        let table = try NeuronTableFile(folder.run.neurons)
        #expect(Array(table.columns.suffix(3)) == ["sparsity_paper", "position_score", "is_sparse"])
        func found(_ name: String) throws -> [Double] { try #require(table.numbers(of: name)) }
        let (means, variances, skews, kurts) = (try found("mean"), try found("var"), try found("skew"), try found("kurt"))
        let (sparsities, authors, scores) = (try found("sparsity"), try found("sparsity_paper"), try found("position_score"))
        let n = Double(rows.count * context)
        for index in 0..<40 {
            let all = values[index / width][index % width]
            let mean = all.reduce(0, +) / n
            func moment(_ power: Double) -> Double { all.reduce(0) { $0 + pow($1 - mean, power) } / n }
            let variance = moment(2)
            #expect(abs(means[index] - mean) < 1e-6 * max(1, abs(mean)) && abs(variances[index] - variance) <= 1e-6 * variance)
            #expect(sparsities[index] == Double(all.count { $0 > 0 }) / n)
            #expect(table.cells(of: "is_sparse")?[index] == (sparsities[index] < 0.02 ? "1" : "0"))
            #expect(authors[index] == Double(all.count { $0 > Double(Float(-25.0 / 255)) }) / n)
            if index == 4 || index == 23 {
                #expect(variances[index] == 0 && skews[index].isNaN && kurts[index].isNaN && scores[index] == 0)
            } else {
                #expect(abs(skews[index] - moment(3) / pow(variance, 1.5)) < 1e-4)
                #expect(abs(kurts[index] - moment(4) / (variance * variance)) < 1e-4)
                #expect(scores[index] >= 0 && scores[index] < 0.5)
            }
        }
        #expect(means[4] == -1_000 && means[23] == -1_024)
        let moments = try #require(summary.moments)
        #expect(moments.tokens == rows.count * context && moments.clamped == 1 && summary.tokens < moments.tokens)
        for layer in 0..<2 {
            let arrays = try NumpyArchive.read(folder.run.activations.appending("layer\(layer).npz"))
            #expect(arrays["fired"]?.shape == [context, width] && arrays["max_token"]?.shape == [width, 100])
            #expect(try arrays["fired"]?.values(as: Int32.self) == fired[layer].map { Int32($0) })
            #expect(try arrays["rows"]?.values(as: Int64.self) == [64])
            let tokens = try #require(try arrays["max_token"]?.values(as: Int32.self))
            let found = try #require(try arrays["max_value"]?.values(as: Float.self))
            for neuron in 0..<width {
                let expected = highest[layer][neuron].sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }.prefix(100)
                let places = neuron * 100..<neuron * 100 + expected.count
                #expect(Array(tokens[places]) == expected.map(\.key) && Array(found[places]) == expected.map(\.value))
                #expect(found[places.upperBound..<(neuron + 1) * 100].allSatisfy { $0 == 0 })
            }
        }
        let inspected = try NeuronInspection(layer: 0, neuron: 7, in: folder.run)
        let first = highest[0][7].max { $0.value != $1.value ? $0.value < $1.value : $0.key > $1.key }
        #expect(inspected.tokens?.first?.id == first.map { Int($0.key) } && inspected.tokens?.first?.value == first?.value)
        #expect(try NeuronInspection(layer: 0, neuron: 4, in: folder.run).tokens?.isEmpty == true)
    }

    @Test("are the same bytes on any number of threads, extended or fresh, task by task, and reduced in any tree")
    func sameBytes() throws {
        let whole = try folder()
        try whole.compute()
        let summary = try whole.analyze().summary
        let expected = try results(whole)
        func expectSame(_ other: PlantedFolder) throws {
            let found = try other.analyze().summary
            #expect(found.moments?.sha256 == summary.moments?.sha256 && found.statisticsSHA256 == summary.statisticsSHA256)
            #expect(try results(other) == expected)
        }
        for threads in [1, 3] {
            let other = try folder()
            _ = try RunJob(
                configuration: other.configuration, folder: other.run, context: JobContext(team: ThreadTeam(count: threads))
            ).run()
            try expectSame(other)
        }
        let extended = try folder { $0.tokens = .tokens(1_024) }
        try extended.compute()
        #expect(try extended.analyze().summary.moments?.tokens == 1_024)
        _ = try ExtendRun(folder: extended.run, tokens: .all, context: extended.context()).run()
        try expectSame(extended)

        let mapped = try folder()
        let tasks = try mapped.plan().tasks.count
        var generator = SeededGenerator(seed: 4)
        var parts = try (0..<tasks).map { task in
            let output = mapped.path.appending("parts/\(task)")
            _ = try MapTask(folder: mapped.run, task: task, output: output, context: mapped.context()).run()
            return output
        }
        parts.shuffle(using: &generator)
        let pair = mapped.path.appending("parts/pair")
        _ = try ReducePartials(folder: mapped.run, inputs: Array(parts[..<2]), target: .file(pair), context: mapped.context()).run()
        _ = try ReducePartials(
            folder: mapped.run, inputs: Array(parts[2...]) + [pair], target: .store(mapped.run.store), context: mapped.context()
        ).run()
        try expectSame(mapped)
    }

    @Test("are none where none is asked for, and a run that was begun without them goes on without; statistics are the same")
    func without() throws {
        let with = try folder()
        try with.compute()
        let expected = try with.analyze().summary
        let folder = try folder {
            $0.moments = nil
            $0.tokens = .tokens(1_024)
        }
        try folder.compute()
        try folder.analyze()
        #expect(!folder.holds("activations"))
        folder.configuration.moments = MomentSettings()
        folder.configuration.tokens = .all
        #expect(try folder.compute().plan.numbers.moments == nil)
        let summary = try folder.analyze().summary
        #expect(summary.moments == nil && summary.statisticsSHA256 == expected.statisticsSHA256)
        let table = try NeuronTableFile(folder.run.neurons)
        #expect(table.cells(of: "kurt")?.allSatisfy(\.isEmpty) == true && table.cells(of: "position_score") == nil)
        #expect(try NeuronInspection(layer: 0, neuron: 7, in: folder.run).tokens == nil)
    }

    @Test("stand in the tables of other groups' references, the same as in a run of their models alone")
    func groups() throws {
        let models = ["a", "b", "c", "d"].enumerated().map { ($1, PlantedModel(seed: UInt64($0), embedding: 9)) }
        let seeds = try PlantedSeeds(models)
        func list(_ names: [String]) -> String { names.map { "  - {id: \($0), path: \($0)}\n" }.joined() }
        try seeds.configure(list(["a", "b", "c", "d"]) + "pairs: {groups: [[a, b], [c, d]]}")
        _ = try seeds.run()
        let table = try NeuronTableFile(seeds.folder.run.neurons(ofGroup: "c"))
        try seeds.configure(list(["c", "d"]))
        _ = try seeds.run()
        let alone = try NeuronTableFile(seeds.folder.run.neurons)
        for name in Self.columns {
            let cells = try #require(table.cells(of: name))
            #expect(cells == alone.cells(of: name) && !cells.contains(""), "\(name)")
        }
    }

    @Test("a section that contradicts itself stops the analysis with its name, and no results are left that hide it")
    func damaged() throws {
        let folder = try folder()
        let planned = try folder.compute()
        let path = planned.store.path(of: SectionKey(kind: .moments, index: 1, stratum: 0))
        let reader = try PartialReader(path)
        guard case .moments(var sums) = try reader.read(reader.sections[0], shape: planned.plan.shape) else { return }
        sums.positions[5] = 0
        sums.near[5] += 1
        sums.positions[6] += 1
        try PartialWriter(plan: planned.plan.identity, team: ThreadTeam(count: 1)).write([.moments(sums)], to: path)
        let error = #expect(throws: StatisticsError.self) { try folder.analyze() }
        #expect(error?.message.contains("moments 1 of stratum 0") == true, "\(String(describing: error))")
        #expect(!folder.holds("summary.json"))
    }
}
