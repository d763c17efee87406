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

/// Tokens of highest mean activation, from the models to a run's files.
@Suite("Means by token in a run")
struct MeansInRunTests {
    init() { OpenBLAS.useOneThread() }

    /// A run that keeps the sums of every token but two, and names seven of each neuron.
    private func folder(_ change: (inout Configuration) -> Void = { _ in }) throws -> PlantedFolder {
        try PlantedFolder {
            $0.corpus.mask = [.id(3), .id(4)]
            $0.moments = MomentSettings(maxima: 5, means: 7)
            change(&$0)
        }
    }

    private static let files = ["activations/layer0.npz", "activations/layer1.npz", "neurons.csv"]

    private func bytes(_ folder: PlantedFolder, _ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: folder.run.path.appending(name).string))
    }

    @Test("are those of plain loops over the model's activations at all counted places")
    func plainLoops() throws {
        let folder = try folder()
        let planned = try folder.compute()
        try folder.analyze()
        let model = try TransformerModel(id: "a", folder: ModelFolder(folder.path.appending("a")))
        let rows = ShardRows(rows: Array(0..<64), of: planned.corpus)
        let (context, width) = (rows.context, 20)
        let workspace = try model.makeWorkspace(context: context)
        var counts: [Int32: Int] = [:]
        // Of each layer and token the sums of its neurons, in units of 2^-16.
        var sums = Array(repeating: [Int32: [Int64]](), count: 2)
        for token in rows.tokens where ![3, 4].contains(token) { counts[token, default: 0] += 1 }
        for row in 0..<rows.count {
            try rows.withRow(row) { row in
                try model.activations(of: row, through: 1, workspace: workspace, observe: { _ in }) { layer, activations in
                    for position in 0..<context where ![3, 4].contains(row.tokens[position]) {
                        for neuron in 0..<width {
                            let units = (Double(activations[position * width + neuron]) * 65_536).rounded(.toNearestOrEven)
                            sums[layer][row.tokens[position], default: Array(repeating: 0, count: width)][neuron] += Int64(units)
                        }
                    }
                }
            }
        }
        let often = counts.filter { $0.value >= TokenMeans.leastCount }
        #expect(often.count > 7)
        for layer in 0..<2 {
            let arrays = try NumpyArchive.read(folder.run.activations.appending("layer\(layer).npz"))
            #expect(arrays["mean_token"]?.shape == [width, 7] && arrays["max_token"]?.shape == [width, 5])
            let tokens = try #require(try arrays["mean_token"]?.values(as: Int32.self))
            let values = try #require(try arrays["mean_value"]?.values(as: Float.self))
            let found = try #require(try arrays["mean_count"]?.values(as: Int64.self))
            for neuron in 0..<width {
                let expected = often.map { (token: $0.key, mean: Double(sums[layer][$0.key]?[neuron] ?? 0) / (Double($0.value) * 65_536)) }
                    .sorted { $0.mean != $1.mean ? $0.mean > $1.mean : $0.token < $1.token }.prefix(7)
                let places = neuron * 7..<(neuron + 1) * 7
                #expect(Array(tokens[places]) == expected.map(\.token), "\(layer).\(neuron)")
                #expect(Array(values[places]) == expected.map { Float($0.mean) })
                #expect(found[places].map { Int($0) } == expected.map { counts[$0.token] })
            }
            let inspected = try #require(try NeuronInspection(layer: layer, neuron: 6, in: folder.run).means)
            #expect(inspected.map(\.id) == tokens[42..<49].map { Int($0) } && inspected.map(\.value) == Array(values[42..<49]))
            #expect(inspected.map(\.count) == found[42..<49].map { Int($0) } && inspected.map(\.text) == tokens[42..<49].map { "\($0)" })
        }
    }

    @Test("are the same bytes on any number of threads, extended or fresh, task by task, and reduced in any tree")
    func sameBytes() throws {
        let whole = try folder()
        try whole.compute()
        let summary = try whole.analyze().summary
        func expectSame(_ other: PlantedFolder) throws {
            #expect(try other.analyze().summary.statisticsSHA256 == summary.statisticsSHA256)
            for name in Self.files { #expect(try bytes(other, name) == bytes(whole, name), "\(name)") }
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
        _ = try ExtendRun(folder: extended.run, tokens: .all, context: extended.context()).run()
        try expectSame(extended)

        let mapped = try folder()
        var generator = SeededGenerator(seed: 4)
        var parts = try (0..<mapped.plan().tasks.count).map { task in
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

    @Test("change no other number, and are not there where none are asked for; a run is not asked for them afterwards")
    func without() throws {
        let with = try folder()
        try with.compute()
        let expected = try with.analyze().summary
        let folder = try folder { $0.moments?.means = nil }
        let planned = try folder.compute()
        let summary = try folder.analyze().summary
        #expect(summary.statisticsSHA256 == expected.statisticsSHA256 && summary.moments?.sha256 == expected.moments?.sha256)
        #expect(try bytes(folder, "neurons.csv") == bytes(with, "neurons.csv"))
        #expect(try NumpyArchiveReader(folder.run.activations.appending("layer0.npz")).names.allSatisfy { !$0.hasPrefix("mean") })
        #expect(try NeuronInspection(layer: 0, neuron: 7, in: folder.run).means == nil)
        // Plans without have the identity that they had before there were means.
        let text = String(decoding: try JSONFile.encode(planned.plan.numbers, isPretty: false), as: UTF8.self)
        #expect(text.contains("\"moments\":{\"maxima\":5}"))
        folder.configuration.moments?.means = 7
        #expect(throws: PipelineError.otherRun(folder: folder.run.path, differences: ["moments.means: 0 → 7"])) { try folder.compute() }
    }

    @Test("of too many neurons and tokens are refused by name, with the memory that they need")
    func tooLarge() throws {
        let folder = try folder()
        let planned = try folder.plan()
        let shapes = try Dictionary(
            uniqueKeysWithValues: ["a", "b"].map { ($0, Models.ModelShape(try ModelFolder(folder.path.appending($0)).configuration)) })
        func planner(means: Int?, vocabulary: Int) -> BlockGroupPlanner {
            let numbers = planned.plan.numbers
            return BlockGroupPlanner(
                workingSet: WorkingSet(
                    layout: planned.layout, models: shapes, settings: numbers.accumulation, examples: numbers.examples,
                    moments: MomentSettings(means: means), context: numbers.corpus.context, vocabulary: vocabulary, shardTokens: 512,
                    hasLabels: false, threads: 1, reducers: 0))
        }
        let (few, many) = (planner(means: nil, vocabulary: 1 << 20), planner(means: 7, vocabulary: 1 << 20))
        // Of 20 neurons 8 bytes a token, and as much again while they are compressed.
        #expect(many.leastMemory >= few.leastMemory + 20 << 23 && many.leastMemory <= few.leastMemory + 40 << 23)
        _ = try many.groups(memory: many.leastMemory)
        let error = #expect(throws: PipelineError.self) { try many.groups(memory: many.leastMemory - 1) }
        guard case .meansTooLarge(_, let needed, let block)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(needed == many.leastMemory && block == "a.1_a.1" && error?.message.contains("`moments: {means}`") == true)
        // What does not fit without them either is not said to be their fault.
        let small = #expect(throws: PipelineError.self) { try many.groups(memory: 1 << 20) }
        guard case .memoryTooSmall? = small else {
            Issue.record("\(String(describing: small))")
            return
        }
    }
}
