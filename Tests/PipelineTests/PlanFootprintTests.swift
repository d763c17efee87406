import Analysis
import Statistics
import Testing

@testable import Pipeline

/// What a plan says of the analysis' memory and of the run's folder; that both are what a run takes is in CommandLineTests and in `bench`.
@Suite("Memory of the analysis and disk of a run, before it is computed")
struct PlanFootprintTests {
    private static func shape(_ name: String, threads: Int) throws -> RunShape {
        let file = ConfigurationTests.repository.appending("configs").appending(name)
        return try EstimatedShape(Configuration.load(file), threads: threads).run
    }

    @Test("the analysis takes what it is offered as far as threads can use it, and what one group needs where less is offered")
    func analysis() throws {
        let two = try Self.shape("gpt2-small.yaml", threads: 2)
        let (least, within, most) = (
            two.analysisBytes(within: 1), two.analysisBytes(within: 3 << 30), two.analysisBytes(within: 1 << 40)
        )
        #expect(least > 500 << 20 && least < within && within <= most && within <= 3 << 30)
        // On two threads there are two groups of five rotations and four replicates at most, each of about 700 MB.
        #expect(most < 2 << 30)
        let many = try Self.shape("gpt2-small.yaml", threads: 32)
        #expect(many.analysisBytes(within: 8 << 30) <= 8 << 30 && many.analysisBytes(within: 64 << 30) > 10 << 30)
        let cost = PlanCost(of: two, gigaflops: 40, analysisMemory: 3 << 30)
        #expect(cost.analysisMemory == within && cost.wholeMemory == max(cost.memory, within))
    }

    @Test("the tables of shards count in the analysis, with a record for each shard in each section, and groups get what they leave")
    func tables() throws {
        // Two models of two layers: four blocks between them, two within each, and of the reference's layers four lists more.
        let layout = StatisticsLayout(models: [("a", 2, 1_024), ("b", 2, 1_024)], features: nil, pairing: .reference)
        #expect(ShardTables(layout: layout, shards: 10).records == 10 * (4 + 2 + 2 + 2 * 4))
        func footprint(_ shards: Int) throws -> AnalysisFootprint {
            try AnalysisFootprint(
                layout: layout, replicates: 4, shards: shards, configuration: UniversalityConfiguration(reference: "a", others: ["b"]),
                settings: AccumulationSettings(), weights: nil, threads: 2)
        }
        let (few, many) = (try footprint(0), try footprint(1 << 20))
        let bytes = 16 << 20 * ShardTables.recordBytes
        #expect(many.bytes(within: 1) - few.bytes(within: 1) == bytes)
        #expect(few.bytesOfGroups(within: 8 << 30) - many.bytesOfGroups(within: 8 << 30) == bytes)
        #expect(many.excess(over: bytes) != nil && many.excess(over: 8 << 30) == nil)
        // A budget without bounds has a number too.
        #expect(ShardTables(layout: layout, shards: .max).bytes > 1 << 50)
        // A plan with half as many shards takes as much less.
        var configuration = try Configuration.load(ConfigurationTests.repository.appending("configs/gpt2-small.yaml"))
        let usual = try EstimatedShape(configuration, threads: 2).run
        configuration.shard = .tokens(131_072)
        let half = try EstimatedShape(configuration, threads: 2).run
        #expect(usual.shards == 1_526 && half.shards == 763 && usual.layout.blocks.count >= 636)
        let records = 763 * (usual.layout.blocks.count + 4 * 12)
        #expect(usual.analysisBytes(within: 1) - half.analysisBytes(within: 1) == records * ShardTables.recordBytes)
    }

    @Test("a reducer takes what it adds up beside what comes, what is verified and its tables; at the end what a group takes")
    func reducer() throws {
        let file = ConfigurationTests.repository.appending("configs/gpt2-small.yaml")
        /// GPT-2 small, with or without sums by token.
        func shape(threads: Int, means: Int? = nil) throws -> RunShape {
            var configuration = try Configuration.load(file)
            configuration.moments = MomentSettings(means: means)
            return try EstimatedShape(configuration, threads: threads).run
        }
        let one = try shape(threads: 1)
        let (bytes, group) = (ReducerFootprint(one).bytes(within: nil), try #require(one.analyses.first).bytesOfSummaries(within: nil))
        #expect(PlanCost(of: one, gigaflops: 40).reducerMemory == bytes)
        // 512 MiB that come, two blocks of 3,072² as 64-bit sums with the planes of a tile, and 80 MiB of the program.
        let folded = ReducerFootprint(one).foldedBytes
        #expect(folded == 2 * 3_072 * 3_072 * 8 + 3 * 1_024 * 1_024 * 8)
        #expect(bytes > folded + ((512 + 80) << 20) && bytes >= group + (512 << 20))
        // Records of each shard in each of some hundreds of sections are the rest, below a kilobyte each.
        let records = one.shards * (one.layout.blocks.count + 4 * 12)
        #expect(bytes < folded + group + (1 << 30) + records * 1_024)
        // Each thread has blocks of its own; of sums by token there are those of one layer, and what they become when they are compressed.
        #expect(ReducerFootprint(try shape(threads: 4)).foldedBytes == 4 * folded)
        let means = ReducerFootprint(try shape(threads: 1, means: 100)).foldedBytes
        #expect(means == 2 * 3_072 * 50_257 * 8 + 3 * 3_072 * 256 * 8)
    }

    @Test("the analysis takes at least what the weights and the vocabulary of a group's reference take, and it is said what for")
    func weights() throws {
        let weights = WeightMemory(layers: 12, neurons: 3_072, width: 768, vocabulary: 50_257, features: 300, threads: 2)
        let matrix = 50_257 * 768 * 4
        // With the vocabulary the tokens' features; with the heads their factors, 9.4 MB a layer.
        let least = weights.bytes(within: 0)
        #expect(least > matrix && least < 2 * matrix)
        let without = WeightMemory(layers: 12, neurons: 3_072, width: 768, vocabulary: 50_257, features: 0, threads: 2)
        #expect(without.bytes(within: 0) > matrix && without.bytes(within: 0) < least)
        // Antipodes: of a quarter of the memory as many layers as there are of 18.9 MB, two at least; some 80 MB beside them.
        let medium = WeightMemory(layers: 24, neurons: 4_096, width: 1_024, heads: 16, vocabulary: 50_257, features: 0, threads: 2)
        let layers = 24 * 2 * 4_096 * 1_024 * 4
        #expect(medium.bytes(within: 1 << 40) > layers && medium.bytes(within: 1 << 40) < layers + 200 << 20)
        #expect(medium.bytes(within: 1 << 30) < layers && medium.bytes(within: 2 << 30) > 512 << 20)
        // Two small layers against a large vocabulary: 228 MiB were measured.
        let layout = StatisticsLayout(models: [("a", 2, 1_024), ("b", 2, 1_024)], features: nil, pairing: .reference)
        func footprint(_ weights: WeightMemory?) throws -> AnalysisFootprint {
            try AnalysisFootprint(
                layout: layout, replicates: 4, shards: 4, configuration: UniversalityConfiguration(reference: "a", others: ["b"]),
                settings: AccumulationSettings(), weights: weights, threads: 2)
        }
        let large = WeightMemory(layers: 2, neurons: 1_024, width: 768, vocabulary: 50_257, features: 0, threads: 2)
        let (with, alone) = (try footprint(large), try footprint(nil))
        #expect((228 << 20..<340 << 20).contains(with.bytes(within: 1)), "\(with.bytes(within: 1) >> 20)")
        #expect(alone.bytes(within: 1) < with.bytes(within: 1))
        #expect(with.excess(over: 64 << 20)?.hasSuffix("to read the reference's weights") == true && with.excess(over: 4 << 30) == nil)
        #expect(alone.excess(over: 1 << 20)?.hasSuffix("with one column group at a time") == true)
    }

    @Test("features of all models cost their blocks: products, store, tables and what is kept of the neurons")
    func explained() throws {
        let file = ConfigurationTests.repository.appending("configs/demo.yaml")
        let shapes = try [ExplainedModels.reference, .all].map { models in
            var configuration = try Configuration.load(file)
            configuration.features.models = models
            return try EstimatedShape(configuration, threads: 2).run
        }
        let costs = shapes.map { PlanCost(of: $0, gigaflops: 40) }
        // Four layers of each of four other models, 2,048 neurons in all of one, against 600 features.
        let entries = Double(4 * 2_048 * 600)
        #expect(shapes[1].layout.blocks.count == shapes[0].layout.blocks.count + 16 && shapes[1].crossBlocks == shapes[0].crossBlocks)
        #expect(costs[1].productOperations - costs[0].productOperations == 2 * entries * Double(shapes[0].tokens))
        #expect(costs[1].store - costs[0].store == 8 * entries * Double(shapes[0].strata))
        #expect(costs[1].storeOnDisk > costs[0].storeOnDisk && costs[1].partials > costs[0].partials && costs[1].seconds > costs[0].seconds)
        #expect(costs[1].matrices == costs[0].matrices && costs[1].analysisOperations == costs[0].analysisOperations)
        let tables = (costs[1].folder - costs[1].storeOnDisk) - (costs[0].folder - costs[0].storeOnDisk)
        #expect(abs(tables / (4 * 2_048 * 105) - 1) < 0.01)
        let owners = ReducerPlacement.owners(of: shapes[1].layout, reducers: 3)
        #expect(Set(owners).count == 3)
    }

    @Test(
        "the folder has store, matrices, tables and corpus; on the way all partials wait where they are few, and a part of them where not")
    func folder() throws {
        let demo = PlanCost(of: try Self.shape("demo.yaml", threads: 2), gigaflops: 40)
        // Four pairs of 2,048 neurons: 50 partners at either end, 101 counts, and more, in both directions. Of the reference's two weights
        // and both matrices of tokens 100 tokens at either end and 101 counts. Of its activations a count for each position, and 100 tokens.
        let tables = Double(
            4 * 2 * 2_048 * (2 * 50 * 8 + 101 * 4) + 4 * 2_048 * (2 * 100 * 8 + 101 * 4) + 2_048 * (4 * 256 + 100 * 8))
        let rest = demo.folder - demo.storeOnDisk - demo.matricesOnDisk
        #expect(rest > tables && rest < 1.3 * tables, "\(rest)")
        #expect(demo.partials < 1e9 && demo.folderAtMost > demo.storeOnDisk + demo.partials)
        #expect(demo.folderAtMost < 1.05 * (demo.storeOnDisk + demo.partials))
        let large = PlanCost(of: try Self.shape("gpt2-small.yaml", threads: 2), gigaflops: 40)
        #expect(large.folderAtMost >= large.folder && large.folderAtMost < 2.2 * large.storeOnDisk + large.matricesOnDisk)
        #expect(large.partials > 10 * large.storeOnDisk)
    }
}
