import Foundation
import Statistics
import Storage
import Testing

@testable import Analysis

/// A layout without numbers.
private struct EmptyStatistics: BlockStatistics {
    let layout: StatisticsLayout
    let replicates: Int

    init(models: Int, layers: Int, columns: Int, replicates: Int) {
        layout = StatisticsLayout(
            models: (0..<models).map { model in (0..<layers).map { ColumnGroup(source: "m\(model)", layer: $0, columns: columns) } },
            features: [], pairing: .reference)
        self.replicates = replicates
    }

    func tokens(of block: Block, over replicates: ReplicateSet) -> Int { 0 }

    func moments(of block: Block, over replicates: ReplicateSet) -> (rows: ColumnMoments, columns: ColumnMoments) {
        func empty(_ group: Int) -> ColumnMoments {
            let zeros = [Double](repeating: 0, count: layout.groups[group].columns)
            return ColumnMoments(tokens: 0, mean: zeros, variance: zeros, skewness: zeros, kurtosis: zeros, positiveShare: zeros)
        }
        return (empty(block.rows), empty(block.columns))
    }

    func correlations(of block: Block, over replicates: ReplicateSet, into correlations: UnsafeMutablePointer<Float>) {
        correlations.update(repeating: 0, count: layout.entries(of: block))
    }
}

@Suite("the analysis without numbers")
struct MemoryPlanTests {
    @Test("a group of GPT-2 small with four replicates and five draws fits into 1.5 GB on two threads")
    func smallModel() throws {
        let analysis = try UniversalityAnalysis(
            statistics: EmptyStatistics(models: 5, layers: 12, columns: 3072, replicates: 4),
            configuration: UniversalityConfiguration(reference: "m0", others: ["m1", "m2", "m3", "m4"]))
        #expect(analysis.groups.count == 48)
        #expect(analysis.memory.bytes(ofGroup: analysis.groups[0], threads: 1) < 800_000_000)
        #expect(analysis.memory.bytes(ofGroup: analysis.groups[0], threads: 2) < 1_500_000_000)
    }

    @Test("what is merged is part of the memory: four pairs of GPT-2 small, both directions, with 50 partners and 101 counts at either end")
    func merged() throws {
        let analysis = try UniversalityAnalysis(
            statistics: EmptyStatistics(models: 5, layers: 12, columns: 3072, replicates: 4),
            configuration: UniversalityConfiguration(reference: "m0", others: ["m1", "m2", "m3", "m4"]))
        let tables = 4 * 2 * 36_864 * (2 * 50 * 8 + 101 * 4)
        #expect(analysis.memory.mergedBytes > tables && analysis.memory.mergedBytes < tables + 300_000_000)
    }

    @Test("threads take groups of their own as far as memory allows, share one beyond, and one group is always at work")
    func placement() throws {
        let analysis = try UniversalityAnalysis(
            statistics: EmptyStatistics(models: 2, layers: 4, columns: 4_096, replicates: 4),
            configuration: UniversalityConfiguration(reference: "m0", others: ["m1"]))
        let memory = analysis.memory
        let one = memory.bytes(ofGroup: analysis.groups[0], threads: 1)
        func placed(_ threads: Int, _ groups: Double) -> [Int] {
            let placement = memory.placement(threads: threads, memory: memory.mergedBytes + Int(groups * Double(one)))
            return [placement.groups, placement.threads]
        }
        #expect(placed(2, 2) == [2, 1] && placed(2, 1.99) == [1, 2] && placed(2, 1) == [1, 1] && placed(2, 0) == [1, 1])
        #expect(placed(64, 100) == [4, 16])
        let enough = 3 * one
        #expect(memory.placement(threads: 2, memory: enough).bytes <= enough && memory.placement(threads: 1, memory: 0).bytes > one)
        // GPT-2 medium's width within a gigabyte, with what there is beside: the program and its products.
        #expect(memory.placement(threads: 1, memory: 0).bytes < 900 << 20)
    }

    @Test("with no token counted every correlation is 0, nothing is universal and nothing has an error bar")
    func nothingCounted() throws {
        let result = try UniversalityAnalysis(
            statistics: EmptyStatistics(models: 2, layers: 2, columns: 5, replicates: 3),
            configuration: UniversalityConfiguration(reference: "m0", others: ["m1"])
        ).run(team: .init(count: 2), memory: 1 << 20)
        #expect(result.tokens == 0 && result.universal.count == 0 && result.universal.standardError == nil)
        #expect(result.mean.allSatisfy { $0 == 0 } && result.baseline.mean.allSatisfy { $0 == 0 })
        #expect(result.matches[0].crossfit == nil)
        #expect(result.zeroVariance["m0"]?.count == 10 && result.layerMatchesTotal.share(within: 1) == 0)
        let summary = RunSummary(
            result, provenance: .init(name: "none", kernels: "haswell", statisticsSHA256: "", resolutionError: nil, version: "0"))
        #expect(summary.neurons == 10 && summary.universalByLayer == [0, 0])
        // Readers need not tell a missing key from a missing value.
        let json = try JSONSerialization.jsonObject(with: Data(JSONFile.encode(summary))) as? [String: Any]
        for key in ["universal", "mean_max_corr"] {
            #expect((json?[key] as? [String: Any])?["standard_error"] is NSNull, "\(key)")
        }
    }
}
