import Foundation
import SystemPackage
import Testing

@testable import Pipeline

@Suite("An estimate from shapes alone")
struct PlanEstimateTests {
    private static let configs = ConfigurationTests.repository.appending("configs")

    /// An estimate for workers of some memory and 4 threads, at 40 GFLOP/s a core.
    private static func estimate(_ configuration: Configuration, memory: [Int] = []) throws -> PlanEstimate {
        try PlanEstimate(of: configuration, threads: 4, memory: memory, gigaflopsOfCore: 40)
    }

    /// The demo's models without their weights, in a folder that goes when the test is over.
    private static func withDemo(_ body: (Configuration) throws -> Void) throws {
        let folder = FilePath(FileManager.default.temporaryDirectory.appendingPathComponent("shapes-\(UUID().uuidString)").path)
        defer { try? FileManager.default.removeItem(atPath: folder.string) }
        var configuration = try Configuration.load(configs.appending("demo.yaml"))
        configuration.models = try configuration.models.map { model in
            let path = folder.appending(model.id)
            try FileManager.default.createDirectory(atPath: path.string, withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                atPath: model.path.appending("config.json").string, toPath: path.appending("config.json").string)
            return ModelReference(id: model.id, path: path)
        }
        try body(configuration)
    }

    /// What the real plan of the demo costs, at 40 GFLOP/s.
    private static func planned(_ configuration: Configuration, memory: Int?, in folder: FilePath) throws -> PlannedRun {
        var real = configuration
        real.models = try Configuration.load(configs.appending("demo.yaml")).models
        let context = JobContext(team: .allCores, memory: memory)
        return try PlanJob(configuration: real, folder: RunFolder(folder), context: context).run()
    }

    @Test("has the figures of the real plan, to the last byte where there is no feature bank")
    func demo() throws {
        try Self.withDemo { configuration in
            var configuration = configuration
            configuration.features.isEnabled = false
            configuration.calibration = 256
            let folder = configuration.reference.path.removingLastComponent()
            let whole = try Self.planned(configuration, memory: nil, in: folder.appending("whole"))
            let estimate = try Self.estimate(configuration, memory: [1 << 30, 16 << 20])
            let cost = PlanCost(of: whole.shape(threads: 4), gigaflops: 40)
            #expect(estimate.tokens == whole.plan.tokens && estimate.shards == whole.shards.count)
            #expect(estimate.shardTokens == whole.plan.numbers.corpus.windowTokens && estimate.blocks == whole.layout.blocks.count)
            // A worker of a cluster also keeps what is on its way to a reducer.
            let traffic = ParcelTraffic.bytes(reducers: 1)
            #expect(estimate.wholeMemory == cost.memory + traffic)
            #expect(estimate.forwardOfToken * Double(estimate.tokens) == cost.forwardOperations)
            #expect(estimate.storeOfReplicate * 4 == cost.store && estimate.partialsOfShard * Double(estimate.shards) == cost.partials)
            // One group a pair of models, as a cluster's coordinator cuts them for such workers.
            let worker = try #require(estimate.workers[0].cost)
            #expect(estimate.workers[0].blockGroups == 4 && worker.tasks == 4 * cost.tasks)
            #expect(worker.productOperations == cost.productOperations && worker.analysisOperations == cost.analysisOperations)
            // Such a worker takes all four at once.
            #expect(estimate.workers[0].passes == 1 && worker.forwardOperations == cost.forwardOperations)
            #expect(worker.matrices == cost.matrices && worker.store == cost.store && worker.memory == cost.memory + traffic)
            #expect(estimate.workers[1].cost == nil && estimate.workers[1].blockGroups == 0)
        }
    }

    @Test("has the groups that a cluster's coordinator makes for workers of that memory, and names the least")
    func groups() throws {
        try Self.withDemo { configuration in
            var configuration = configuration
            configuration.features.isEnabled = false
            configuration.calibration = 256
            let least = try Self.estimate(configuration).leastMemory
            let estimate = try Self.estimate(configuration, memory: [least, least - 1, least + (40 << 20)])
            #expect(estimate.workers.map { $0.cost == nil } == [false, true, false])
            let folder = configuration.reference.path.removingLastComponent().appending("cluster")
            var real = configuration
            real.models = try Configuration.load(Self.configs.appending("demo.yaml")).models
            try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
            let run = try PlanBuilder(
                configuration: real, folder: RunFolder(folder), context: JobContext(team: .init(count: 4)),
                placement: ClusterPlacement(reducers: 1, workerMemory: least + (40 << 20))
            ).prepare()
            let worker = estimate.workers[2]
            #expect(worker.blockGroups > 4 && worker.blockGroups == run.plan.blockGroups.count)
            #expect(worker.cost?.tasks == run.tasks.count)
            let bundles = try run.computer.bundles(memory: least + (40 << 20))
            #expect(worker.passes == bundles.count)
            let whole = PlanCost(of: run.shape(threads: 4), gigaflops: 40)
            #expect(worker.cost?.partials == whole.partials && worker.cost?.productOperations == whole.productOperations)
            #expect(try #require(worker.cost).memory <= least + (40 << 20))
        }
    }

    @Test("assumes a feature bank that costs about what the demo's does, and says so")
    func features() throws {
        try Self.withDemo { configuration in
            var configuration = configuration
            configuration.calibration = 256
            let folder = configuration.reference.path.removingLastComponent()
            let run = try Self.planned(configuration, memory: nil, in: folder.appending("whole"))
            let cost = PlanCost(of: run.shape(threads: 4), gigaflops: 40)
            let estimate = try Self.estimate(configuration, memory: [64 << 30])
            #expect(estimate.assumptions.contains { $0.contains("600 columns") })
            #expect(!estimate.assumptions.contains { $0.contains("standard deviations") })
            var rounded = configuration
            rounded.precision = .int8(nil)
            #expect(try Self.estimate(rounded).assumptions.contains { $0.contains("10.2 standard deviations") })
            let worker = try #require(estimate.workers[0].cost)
            for (guess, real) in [
                (worker.store, cost.store), (worker.partials, cost.partials), (worker.productOperations, cost.productOperations),
                (Double(estimate.wholeMemory), Double(cost.memory)),
            ] { #expect(abs(guess / real - 1) < 0.03, "\(guess) for \(real)") }
        }
    }

    @Test("names the weights that a plan lacks, and nothing where it lacks nothing")
    func missing() throws {
        try Self.withDemo { configuration in
            let estimate = try Self.estimate(configuration)
            #expect(estimate.missing.count == 5)
            for (line, model) in zip(estimate.missing, configuration.models) {
                #expect(line.contains(model.path.appending("model.safetensors").string))
            }
            var other = configuration
            other.corpus.path = "/nowhere/pile"
            other.corpus.tokenizer = "/nowhere/tokenizer"
            let lines = try Self.estimate(other).missing.suffix(2)
            #expect(lines.contains { $0.contains("/nowhere/tokenizer") } && lines.contains { $0.contains("/nowhere/pile") })
        }
        #expect(try Self.estimate(Configuration.load(Self.configs.appending("demo.yaml"))).missing.isEmpty)
    }

    @Test("refuses what no shapes can tell: all of a text, rows that a model does not read, a model without config.json")
    func refusals() throws {
        try Self.withDemo { configuration in
            var all = configuration
            all.tokens = .all
            #expect(throws: PipelineError.budgetUnknown(corpus: all.corpus.path)) { try Self.estimate(all) }
            var long = configuration
            long.corpus.context = 512
            #expect(
                throws: PipelineError.contextTooLong(model: "a", path: configuration.reference.path, positions: 256, context: 512)
            ) { try Self.estimate(long) }
            try FileManager.default.removeItem(atPath: configuration.models[1].path.appending("config.json").string)
            #expect(throws: (any Error).self) { try Self.estimate(configuration) }
        }
    }

    @Test("of an array of token ids knows its rows, and all of them")
    func rows() throws {
        let folder = try PlantedFolder()
        let run = try folder.plan()
        let estimate = try Self.estimate(folder.configuration, memory: [1 << 30])
        #expect(estimate.tokens == run.plan.tokens && estimate.shards == run.shards.count && estimate.context == 32)
        #expect(estimate.features == 0 && estimate.missing.isEmpty)
        // How much neurons correlate is known of no run beforehand.
        #expect(estimate.assumptions.count == 1)
        try FileManager.default.removeItem(atPath: folder.path.appending("tokens.npy").string)
        #expect(throws: PipelineError.self) { try Self.estimate(folder.configuration) }
        folder.configuration.tokens = .tokens(1_000)
        let without = try Self.estimate(folder.configuration)
        // The models read 32 tokens; shards of 16 rows.
        #expect(without.context == 32 && without.tokens == 1_024 && without.assumptions.count == 3)
    }

    @Test("of the paper's models has the sizes that the design was made for")
    func paper() throws {
        let small = try Self.estimate(Configuration.load(Self.configs.appending("gpt2-small.yaml")), memory: [8 << 30, 64 << 30])
        #expect(small.models.map(\.id) == ["a", "b", "c", "d", "e"] && small.models.allSatisfy { $0.neurons == 36_864 })
        #expect(small.shards == 1_526)
        #expect(small.pairs == 4 * 36_864 * 36_864)
        // Written down before the program was: 24 GB of accumulators, 48 GB a replicate, 0.9 + 11 GFLOP a token, 668 TFLOP of baselines.
        #expect(abs(small.accumulators / 24e9 - 1) < 0.05 && abs(small.storeOfReplicate / 48e9 - 1) < 0.05)
        #expect(abs(small.forwardOfToken / 0.9e9 - 1) < 0.05 && abs(small.productsOfToken / 11e9 - 1) < 0.1)
        let cost = try #require(small.workers[0].cost)
        #expect(abs(cost.analysisOperations / 668e12 - 1) < 0.001)
        // With the memory for it a worker covers everything in one pass; with 8 GB it takes about a pair of models at a time, and less
        // where it keeps the sums of a's activations by token as well.
        #expect(small.workers[1].passes == 1 && (7...8).contains(small.workers[0].passes))
        // What it does more than one pass is repeated.
        let once = small.forwardOfToken * Double(small.tokens)
        #expect(cost.repeatedOperations == cost.forwardOperations - once && cost.repeatedShare > 0.5 && cost.repeatedShare < 0.9)
        #expect(small.workers[1].cost?.repeatedOperations == 0)
        var withoutMeans = try Configuration.load(Self.configs.appending("gpt2-small.yaml"))
        withoutMeans.moments?.means = nil
        #expect(try (4...6).contains(Self.estimate(withoutMeans, memory: [8 << 30]).workers[0].passes))
        #expect(small.workers[1].cost?.forwardOperations == small.forwardOfToken * Double(small.tokens))

        let medium = try Self.estimate(Configuration.load(Self.configs.appending("gpt2-medium.yaml")))
        #expect(medium.models.allSatisfy { $0.neurons == 98_304 } && medium.pairs == 4 * 98_304 * 98_304)
        #expect(abs(medium.accumulators / 160e9 - 1) < 0.05)
        #expect(abs((medium.forwardOfToken + medium.productsOfToken) / 80e9 - 1) < 0.05)
    }

    @Test("of Pythia has the work of its forward pass, without the last layer's attention")
    func pythia() throws {
        let estimate = try Self.estimate(Configuration.load(Self.configs.appending("pythia-160m.yaml")), memory: [64 << 30])
        #expect(estimate.models.map(\.id) == ["a", "b", "c", "d"] && estimate.models.allSatisfy { $0.neurons == 36_864 })
        #expect(estimate.pairs == 3 * 36_864 * 36_864 && estimate.shards == 1_526)
        // Four models of eleven whole layers and the way up of the twelfth, and the squares of attention, of which a little more than half
        // is computed.
        let dense = 4.0 * 2 * (11 * 12 * 768 * 768 + 3072 * 768)
        let attention = 4.0 * 11 * 4 * 768 * 512
        #expect(estimate.forwardOfToken > dense + attention / 2 && estimate.forwardOfToken < dense + attention * 2 / 3)
    }
}
