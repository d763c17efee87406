import Kernels
import SmallRuns
import Storage
import Testing

@testable import Statistics

@Suite("Correlations and examples")
struct CorrelationTests {
    private func pearson(_ x: [Double], _ y: [Double]) -> Double {
        let n = Double(x.count)
        let (mx, my) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
        var (xx, yy, xy) = (0.0, 0.0, 0.0)
        for (a, b) in zip(x, y) {
            xx += (a - mx) * (a - mx)
            yy += (b - my) * (b - my)
            xy += (a - mx) * (b - my)
        }
        return xx > 0 && yy > 0 ? xy / (xx * yy).squareRoot() : 0
    }

    private func raw(_ run: SyntheticRun, _ group: Int, _ column: Int, _ rows: [Int]) throws -> [Double] {
        let named = run.layout.groups[group]
        let source = try #require((run.models + [run.features].compactMap { $0 }).first { $0.id == named.source })
        return run.counted(rows).map { Double(source.value(row: $0.row, position: $0.position, layer: named.layer, column: column)) }
    }

    @Test("correlations and moments over any set of replicates are those of the raw activations, computed in float64")
    func algebra() throws {
        // A fine resolution, so that what is compared is the algebra.
        let run = SyntheticRun(settings: AccumulationSettings(chunk: 32, tile: 4, resolutionExponent: -10))
        let calibration = try run.calibration()
        let shards = (0..<6).map { Array($0 * 9..<$0 * 9 + 9) }
        let folder = try TemporaryFolder()
        let parts = try shards.enumerated().map { try run.partial(shard: $0, stratum: $0 % 3, rows: $1, calibration: calibration) }
        let statistics = try StoreFixture(run, calibration: calibration, in: folder.path).statistics(of: parts, replicates: 3)
        for replicates in [ReplicateSet.all(3), ReplicateSet([1]), ReplicateSet([0, 2])] {
            let rows = shards.enumerated().filter { replicates.contains($0.offset % 3) }.flatMap(\.element)
            for block in run.layout.blocks {
                let (m, n) = (run.layout.groups[block.rows].columns, run.layout.groups[block.columns].columns)
                var found = [Float](repeating: .nan, count: m * n)
                try statistics.correlations(of: block, over: replicates, into: &found)
                var exact = [Double](repeating: .nan, count: m * n)
                try statistics.exactCorrelations(of: block, over: replicates, into: &exact)
                #expect(exact.map { Float($0) } == found)
                if !block.isWithin {
                    let pairs = [(m - 1, 0), (0, n - 1), (m / 2, n / 2)].map { StoredStatistics.Pair(row: $0.0, column: $0.1) }
                    let some = try statistics.correlations(of: block, at: pairs, over: replicates)
                    #expect(some == pairs.map { exact[$0.row * n + $0.column] })
                }
                let moments = try statistics.moments(of: block, over: replicates)
                #expect(moments.rows.tokens == run.counted(rows).count)
                #expect(try statistics.tokens(of: block, over: replicates) == moments.rows.tokens)
                for i in 0..<m {
                    let x = try raw(run, block.rows, i, rows)
                    let mean = x.reduce(0, +) / Double(x.count)
                    let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(x.count)
                    #expect(abs(moments.rows.mean[i] - mean) < 1e-5)
                    #expect(abs(moments.rows.variance[i] - variance) < 1e-5)
                    let third = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) * ($1 - mean) } / Double(x.count)
                    if variance > 0 { #expect(abs(moments.rows.skewness[i] - third / (variance * variance.squareRoot())) < 1e-3) }
                    #expect(moments.rows.positiveShare[i] == Double(x.filter { $0 > 0 }.count) / Double(x.count))
                    for j in 0..<n {
                        let expected = pearson(x, try raw(run, block.columns, j, rows))
                        #expect(abs(Double(found[i * n + j]) - expected) < 1e-4)
                    }
                }
            }
        }
    }

    @Test("a constant column has correlation 0 with everything, whatever its value")
    func constant() throws {
        let change: @Sendable (Int, Int, Int, Int, Float) -> Float = { _, _, _, column, old in column == 1 ? 0.3 : old }
        let run = SyntheticRun(
            models: [SyntheticSource(id: "a", widths: [4], change: change), SyntheticSource(id: "b", widths: [4])], features: nil)
        let calibration = try run.calibration()
        let folder = try TemporaryFolder()
        let statistics = try StoreFixture(run, calibration: calibration, in: folder.path)
            .statistics(of: [try run.partial(shard: 0, rows: Array(0..<30), calibration: calibration)])
        let block = try #require(run.layout.block(rows: 0, columns: 1))
        var found = [Float](repeating: .nan, count: 16)
        try statistics.correlations(of: block, over: .all(1), into: &found)
        #expect(found[4..<8].allSatisfy { $0 == 0 })
        #expect(!found[0..<4].contains(0))
        #expect(try statistics.moments(of: block, over: .all(1)).rows.variance[1] == 0)
    }

    @Test("examples are the largest positive activations, ordered by value, row and position, with the tokens around them")
    func examples() throws {
        // Few distinct values, so that there are many ties.
        let change: @Sendable (Int, Int, Int, Int, Float) -> Float = { _, _, _, column, old in
            column == 0 ? -1 : (old * 3).rounded() / 3
        }
        let run = SyntheticRun(models: [SyntheticSource(id: "a", widths: [5], change: change), SyntheticSource(id: "b", widths: [3])])
        let rows = Array(0..<40).shuffledBySeed()
        let calibration = try run.calibration()
        let folder = try TemporaryFolder()
        let fixture = try StoreFixture(run, calibration: calibration, in: folder.path)
        for shard in 0..<4 {
            try fixture.stage(
                try run.partial(
                    shard: shard, stratum: shard % 2, rows: Array(rows[shard * 10..<shard * 10 + 10]), threads: 3, calibration: calibration),
                named: "\(shard)")
        }
        let list = try #require(try StoreSnapshot(of: fixture.store, strata: 2).examples(of: 0, strata: 2))
        #expect(list.examples(of: 0).isEmpty)
        for column in 1..<5 {
            let expected = run.counted(rows)
                .map {
                    (
                        value: run.models[0].value(row: $0.row, position: $0.position, layer: 0, column: column), row: $0.row,
                        position: $0.position
                    )
                }
                .filter { $0.value > 0 }
                .sorted { $0.value != $1.value ? $0.value > $1.value : ($0.row, $0.position) < ($1.row, $1.position) }
                .prefix(run.examples.count)
            let found = list.examples(of: column)
            #expect(found.map(\.value) == expected.map(\.value))
            #expect(found.map(\.row) == expected.map(\.row))
            #expect(found.map(\.position) == expected.map(\.position))
            for example in found {
                let tokens = run.rows([example.row]).tokens
                let window = (example.position - 2...example.position + 1).map { tokens.indices.contains($0) ? tokens[$0] : -1 }
                #expect(example.window == window)
            }
        }
    }
}

extension [Int] {
    /// The same elements in a fixed other order.
    func shuffledBySeed() -> [Int] {
        var generator = SeededGenerator(seed: 5)
        return shuffled(using: &generator)
    }
}
