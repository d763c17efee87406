import Foundation
import Kernels
import Statistics
import Storage
import SystemPackage
import Testing

@testable import Pipeline

@Suite("The time that a plan predicts")
struct PlanTimeTests {
    /// A run whose processor time on two threads was measured, on cores that do 130 GFLOP/s each.
    struct Measured: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let seconds: Double
        /// Models of random weights: how many, their layers and width, and the rows of 512 tokens; nil: the demo.
        var random: (models: Int, layers: Int, width: Int, rows: Int)?
    }

    private static let runs = [
        Measured(testDescription: "the demo, 100,000 tokens", seconds: 63),
        Measured(testDescription: "two models of two layers of GPT-2 small", seconds: 124.5, random: (2, 2, 768, 64)),
        Measured(testDescription: "three deeper and narrower models", seconds: 88.6, random: (3, 4, 256, 128)),
    ]

    /// Does something with the configuration of a run; of its models there is no weight.
    private static func with(_ run: Measured, _ body: (Configuration) throws -> Void) throws {
        guard let random = run.random else {
            return try body(Configuration.load(ConfigurationTests.repository.appending("configs").appending("demo.yaml")))
        }
        let folder = FilePath(FileManager.default.temporaryDirectory.appendingPathComponent("time-\(UUID().uuidString)").path)
        defer { try? FileManager.default.removeItem(atPath: folder.string) }
        let models = (0..<random.models).map { ModelReference(id: "m\($0)", path: folder.appending("m\($0)")) }
        for model in models {
            try FileManager.default.createDirectory(atPath: model.path.string, withIntermediateDirectories: true)
            let config: [String: Any] = [
                "model_type": "gpt2", "architectures": ["GPT2Model"], "vocab_size": 4_096, "n_positions": 1_024, "n_embd": random.width,
                "n_layer": random.layers, "n_head": random.width / 64, "activation_function": "gelu_new",
            ]
            try JSONSerialization.data(withJSONObject: config)
                .write(to: URL(fileURLWithPath: model.path.appending("config.json").string))
        }
        let rows = folder.appending("tokens.npy")
        try NumpyWriter.write([Int32](repeating: 0, count: random.rows * 512), shape: [random.rows, 512], to: rows)
        var configuration = Configuration(name: "time", corpus: CorpusConfiguration(path: rows), tokens: .all, models: models)
        configuration.features.isEnabled = false
        configuration.shard = .tokens(random.rows * 512 / 4)
        try body(configuration)
    }

    private static func cost(_ configuration: Configuration, gigaflops: Double) throws -> PlanCost {
        PlanCost(of: try EstimatedShape(configuration, threads: 2).run, gigaflops: gigaflops)
    }

    @Test("is within a fifth of what was measured", arguments: runs)
    func measured(run: Measured) throws {
        try Self.with(run) { configuration in
            let seconds = try Self.cost(configuration, gigaflops: 130).seconds
            #expect(abs(seconds / run.seconds - 1) < 0.2, "\(seconds) s predicted, \(run.seconds) s measured")
        }
    }

    @Test("has the analysis of each domain, which takes about as long as that of all tokens without its matrices")
    func domains() throws {
        let folder = try PlantedFolder {
            $0.strata = .domain
            $0.rotations.kinds = [.gaussian, .orthogonal]
        }
        let run = try folder.plan()
        let (shape, without) = (run.shape(threads: 2), run.shape(threads: 2, analysesDomains: false))
        #expect(shape.domains == 3 && without.domains == 0 && shape.strata == 6)
        let (cost, whole) = (PlanCost(of: shape, gigaflops: 100), PlanCost(of: without, gigaflops: 100))
        // Of the two kinds of rotations each of the three domains has the first.
        #expect(cost.analysisOperations == whole.analysisOperations * 2.5)
        #expect(cost.forwardOperations == whole.forwardOperations && cost.storeOnDisk == whole.storeOnDisk && cost.folder > whole.folder)
        let added = cost.seconds - whole.seconds
        #expect(added > (cost.analysisOperations - whole.analysisOperations) / 100e9)
        // As measured: 4.2 s a domain of the demo's five models on a core of 128 GFLOP/s.
        var demo = try Configuration.load(ConfigurationTests.repository.appending("configs").appending("demo.yaml"))
        demo.tokens = .tokens(5_000)
        demo.features.isEnabled = false
        demo.matrices = .none
        var measured = try EstimatedShape(demo, threads: 1).run
        func seconds() -> Double { PlanCost(of: measured, gigaflops: 128).seconds }
        let plain = seconds()
        measured.domains = 3
        let ofDomain = (seconds() - plain) / 3
        #expect(abs(ofDomain / 4.2 - 1) < 0.2, "\(ofDomain) s a domain predicted")
        // Of the models beside the first group's nothing is said by domain.
        demo.pairs = .groups(SourceGroups([["a", "b"], ["c", "d", "e"]], within: .all))
        var grouped = try EstimatedShape(demo, threads: 1).run
        grouped.domains = 3
        #expect(Set(grouped.domainBlocks.map { grouped.layout.groups[$0.columns].source }) == ["b"])
    }

    @Test("goes with the machine's speed, is longer than products alone would take, and shorter where activations are rounded")
    func terms() throws {
        try Self.with(Self.runs[1]) { configuration in
            let cost = try Self.cost(configuration, gigaflops: 100)
            #expect(try Self.cost(configuration, gigaflops: 200).seconds * 2 == cost.seconds)
            #expect(cost.seconds > cost.operations / 100e9)
            var rounded = configuration
            rounded.precision = .int8(.seven)
            let seven = try Self.cost(rounded, gigaflops: 100).seconds
            rounded.precision = .int8(.eight)
            let eight = try Self.cost(rounded, gigaflops: 100).seconds
            // No more is saved than what cross-products take.
            #expect(eight < seven && seven < cost.seconds && cost.seconds - eight < 1.1 * cost.productOperations / 100e9)
            // Of four blocks between models and a layer's own of each of four layers, of which tiles of 1,024 keep two thirds, the larger
            // tiles of 8 bits three quarters: a third of the time, but for the rounding of every value and what is kept of more entries.
            let saved = (cost.seconds - eight) / (cost.productOperations / 100e9)
            let (blocks, larger, entries, tokens) = (4 + 4 * 2.0 / 3, 4 + 4 * 3.0 / 4, 3_072.0 * 3_072, 64 * 512.0)
            let products = (1 - larger / blocks / 3.1) / 0.95
            let others = (120 * 4 * 3_072 * tokens + 4_000 * (larger - blocks) * entries * 4) / (2 * blocks * entries * tokens)
            #expect(abs(saved - (products - others)) < 1e-3, "\(saved) saved, \(products - others) by hand")
            var draws = configuration
            draws.rotations.draws = 1
            #expect(try Self.cost(draws, gigaflops: 100).seconds < cost.seconds)
        }
    }

    @Test("has what is kept of each neuron beside products, sums by token above all")
    func moments() throws {
        try Self.with(Self.runs[1]) { configuration in
            func seconds(_ moments: MomentSettings?) throws -> Double {
                var configuration = configuration
                configuration.moments = moments
                return try Self.cost(configuration, gigaflops: 100).seconds
            }
            let (none, usual, means) = (try seconds(nil), try seconds(MomentSettings()), try seconds(MomentSettings(means: 100)))
            // Of 6,144 neurons in each of four shards 512 counts and 100 tokens with their values, of 4,000 operations each.
            #expect(abs((usual - none) / (6_144 * 4 * 712 * 4_000 / 100e9) - 1) < 1e-6)
            // Of the 4,096 tokens of the vocabulary some 2,300 are expected among 8,192.
            let ofMeans = (means - usual) / (6_144 * 4 * 4_000 / 100e9)
            #expect((2_000..<4_096).contains(ofMeans), "\(ofMeans)")
        }
    }

    @Test("of blocks in two parts has the forward passes that both need, twice: counted by hand")
    func repeated() throws {
        try Self.with(Self.runs[1]) { configuration in
            var shape = try EstimatedShape(configuration, threads: 2).run
            let whole = PlanCost(of: shape, gigaflops: 100)
            // Blocks of the first layers alone, and all others, for which both models run through their second layer.
            let isFirst = { (group: Int) in shape.layout.groups[group].layer == 0 }
            let (first, rest) = (
                shape.layout.blocks.filter { isFirst($0.rows) && isFirst($0.columns) },
                shape.layout.blocks.filter { !(isFirst($0.rows) && isFirst($0.columns)) }
            )
            // Of a model of width 768: four square matrices of attention, scores and values over 320 tokens in the mean of 512 in panels of
            // 128, and a way up of 3,072 neurons; of the second layer as much, with the first one's way down.
            let attention = 8 * 768 * 768 + 4 * 768 * 320
            let up = 2 * 768 * 3_072
            let (throughFirst, throughSecond) = (attention + up, 2 * attention + 3 * up)
            let tokens = 64 * 512
            #expect(whole.forwardOperations == Double(2 * throughSecond * tokens))
            #expect(whole.repeatedOperations == 0 && whole.repeatedShare == 0)
            shape.passes = [first.map(\.index), rest.map(\.index)]
            let parts = PlanCost(of: shape, gigaflops: 100)
            #expect(parts.forwardOperations == Double(2 * (throughFirst + throughSecond) * tokens))
            #expect(parts.repeatedOperations == Double(2 * throughFirst * tokens))
            // 10.4 of 36 MFLOP a token.
            #expect(abs(parts.repeatedShare - 0.2896) < 1e-4 && parts.productOperations == whole.productOperations)
        }
    }

    @Test("is not shortened by threads that have no block of the analysis")
    func idleThreads() throws {
        let oneBlock = Measured(testDescription: "two models of one layer", seconds: .nan, random: (2, 1, 768, 64))
        try Self.with(oneBlock) { configuration in
            func seconds(threads: Int) throws -> Double {
                PlanCost(of: try EstimatedShape(configuration, threads: threads).run, gigaflops: 130 * Double(threads)).seconds
            }
            // The analysis is most of it, and its one block one thread's.
            let (one, eight) = (try seconds(threads: 1), try seconds(threads: 8))
            #expect(eight > one / 2, "\(one) s on one thread, \(eight) s on eight")
        }
    }
}
