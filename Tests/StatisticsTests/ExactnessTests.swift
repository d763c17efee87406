import Kernels
import SmallRuns
import Storage
import Testing

@testable import Statistics

@Suite("Exact accumulation")
struct ExactnessTests {
    /// The integers of a block by plain loops: for each chunk round(Σ za·zb / q), half to even; the products of a chunk are so few that a
    /// float32 SGEMM over them may differ from float64 by one unit where a sum lies near a half.
    private func direct(_ run: SyntheticRun, block: Block, rows: [Int], calibration: Calibration) -> [[(low: Int64, high: Int64)]] {
        let places = run.counted(rows)
        let (m, n) = (run.layout.groups[block.rows].columns, run.layout.groups[block.columns].columns)
        var sums = Array(repeating: Array(repeating: (low: Int64(0), high: Int64(0)), count: n), count: m)
        for start in stride(from: 0, to: places.count, by: run.settings.chunk) {
            let chunk = places[start..<min(start + run.settings.chunk, places.count)]
            for i in 0..<m {
                for j in 0..<n {
                    var sum = 0.0
                    var magnitude = 0.0
                    for place in chunk {
                        let product =
                            Double(run.standardised(block.rows, column: i, at: place, calibration: calibration))
                            * Double(run.standardised(block.columns, column: j, at: place, calibration: calibration))
                        sum += product
                        magnitude += abs(product)
                    }
                    let error = magnitude * 0x1p-20
                    sums[i][j].low += Int64(((sum - error) / run.settings.resolution).rounded(.toNearestOrEven))
                    sums[i][j].high += Int64(((sum + error) / run.settings.resolution).rounded(.toNearestOrEven))
                }
            }
        }
        return sums
    }

    private func entry(_ sums: BlockSums, _ tiling: Tiling, _ i: Int, _ j: Int) -> Int64? {
        for (index, tile) in tiling.tiles.enumerated() where tile.rows.contains(i) && tile.columns.contains(j) {
            return sums.tiles[index][(i - tile.rows.lowerBound) * tile.columns.count + j - tile.columns.lowerBound]
        }
        return nil
    }

    @Test("entries are the chunks' cross-products, rounded to q and added as integers")
    func entries() throws {
        let run = SyntheticRun()
        let rows = Array(20..<37)
        let calibration = try run.calibration()
        let partial = try run.partial(shard: 0, rows: rows, calibration: calibration)
        #expect(partial.blocks.count == run.layout.blocks.count)
        var compared = 0
        for sums in partial.blocks {
            let block = run.layout.blocks[sums.block]
            let tiling = run.shape.tiling(of: sums.block)
            let expected = direct(run, block: block, rows: rows, calibration: calibration)
            for i in 0..<tiling.rows {
                for j in 0..<tiling.columns {
                    guard let found = entry(sums, tiling, i, j) else {
                        #expect(block.isWithin && i > j)
                        continue
                    }
                    #expect(expected[i][j].low <= found && found <= expected[i][j].high)
                    compared += expected[i][j].low == expected[i][j].high ? 1 : 0
                }
            }
            #expect(sums.tokens == run.counted(rows).count)
            #expect(sums.chunks == (sums.tokens + run.settings.chunk - 1) / run.settings.chunk)
        }
        // Nearly every entry has one possible value.
        #expect(compared > 250)
    }

    @Test("power sums are the float64 sums, rounded once a chunk, and counts above zero are those of the raw values")
    func powerSums() throws {
        let run = SyntheticRun()
        let rows = Array(3..<25)
        let calibration = try run.calibration()
        let partial = try run.partial(shard: 0, rows: rows, calibration: calibration)
        let places = run.counted(rows)
        for sums in partial.blocks {
            let block = run.layout.blocks[sums.block]
            for column in 0..<sums.columns.columns {
                let z = places.map { Double(run.standardised(block.columns, column: column, at: $0, calibration: calibration)) }
                func sum(_ power: Int) -> Double {
                    z.reduce(0) { total, z in total + (0..<power).reduce(1.0) { product, _ in product * z } }
                }
                #expect(abs(Double(sums.columns.first[column]) * 0x1p-32 - sum(1)) < 1e-8)
                #expect(abs(Double(sums.columns.second[column]) * 0x1p-32 - sum(2)) < 1e-8)
                #expect(abs(Double(sums.columns.third[column]) * 0x1p-24 - sum(3)) < 1e-5)
                #expect(abs(Double(sums.columns.fourth[column]) * 0x1p-24 - sum(4)) < 1e-5)
                let named = run.layout.groups[block.columns]
                let source = try #require((run.models + [run.features].compactMap { $0 }).first { $0.id == named.source })
                let positive = places.filter { source.value(row: $0.row, position: $0.position, layer: named.layer, column: column) > 0 }
                #expect(sums.columns.positive[column] == Int64(positive.count))
            }
        }
    }

    @Test("a shard's sums are the same bits for any number of threads and any grouping of blocks", arguments: [2, 3, 5])
    func threads(_ threads: Int) throws {
        let run = SyntheticRun()
        let rows = Array(0..<23)
        let one = try run.partial(shard: 4, rows: rows)
        let many = try run.partial(shard: 4, rows: rows, threads: threads, calibration: try run.calibration(threads: threads))
        #expect(one.blocks.map(\.digest) == many.blocks.map(\.digest))
        #expect(one.examples.map(\.list) == many.examples.map(\.list))
        for sums in one.blocks {
            let alone = try run.partial(shard: 4, rows: rows, blocks: [sums.block], threads: threads)
            #expect(alone.blocks.map(\.digest) == [sums.digest])
        }
    }

    @Test("a tile that 32 bits may not hold goes on in 64, with the same integers")
    func widening() throws {
        // A resolution so fine that a few chunks pass 2^31 units.
        let settings = AccumulationSettings(chunk: 16, tile: 4, resolutionExponent: -10)
        let loud: @Sendable (Int, Int, Int, Int, Float) -> Float = { row, _, _, column, value in
            row >= 40 && column == 1 ? value * 20_000 : value
        }
        let run = SyntheticRun(
            models: [SyntheticSource(id: "a", widths: [6], change: loud), SyntheticSource(id: "b", widths: [6], change: loud)],
            features: nil,
            settings: settings)
        let calibration = try run.calibration()
        let rows = Array(36..<60)
        let partial = try run.partial(shard: 0, rows: rows, calibration: calibration)
        let sums = try #require(partial.blocks.first { !run.layout.blocks[$0.block].isWithin })
        #expect(sums.tiles.contains { $0.width == .int64 } && sums.tiles.contains { $0.width == .int32 })
        let tiling = run.shape.tiling(of: sums.block)
        let expected = direct(run, block: run.layout.blocks[sums.block], rows: rows, calibration: calibration)
        #expect(expected[1][1].low > Int64(Int32.max))
        for i in 0..<6 {
            for j in 0..<6 {
                let found = try #require(entry(sums, tiling, i, j))
                #expect(expected[i][j].low <= found && found <= expected[i][j].high)
            }
        }
        // Halves of the shard are narrower, their sum is not.
        let first = try run.partial(shard: 0, rows: Array(36..<48), calibration: calibration)
        #expect(first.blocks.map { $0.tiles.filter { $0.width == .int64 }.count }.reduce(0, +) > 0)
        // Read back from a file with one tile at a time in memory, they have the same checksums.
        let folder = try TemporaryFolder()
        let reader = try run.file(partial, at: folder.path.appending("wide"))
        #expect(try reader.sections.map { try reader.digest(of: $0, shape: run.shape) } == partial.sections.map(\.digest))
    }

    @Test("a neuron that is silent in the calibration and loud later does no harm")
    func silentThenLoud() throws {
        let change: @Sendable (Int, Int, Int, Int, Float) -> Float = { row, position, _, column, value in
            column == 2 ? (row < 20 ? 0 : Float(position % 3) * 50) : value
        }
        let run = SyntheticRun(
            models: [SyntheticSource(id: "a", widths: [5], change: change), SyntheticSource(id: "b", widths: [5], change: change)],
            features: nil)
        let calibration = try run.calibration()
        #expect(calibration.groups.allSatisfy { $0.scale.allSatisfy { $0 > 0 } })
        let folder = try TemporaryFolder()
        let partial = try run.partial(shard: 0, rows: Array(20..<60), calibration: calibration)
        let statistics = try StoreFixture(run, calibration: calibration, in: folder.path).statistics(of: [partial])
        let block = try #require(run.layout.block(rows: 0, columns: 1))
        var correlations = [Float](repeating: 0, count: 25)
        try statistics.correlations(of: block, over: .all(1), into: &correlations)
        #expect(abs(correlations[2 * 5 + 2] - 1) < 1e-5)
        #expect(correlations.allSatisfy { $0.isFinite })
    }

    @Test("a value that is not finite is named with model, layer, neuron and row", arguments: [Float.nan, .infinity, -.infinity])
    func notFinite(_ value: Float) throws {
        let change: @Sendable (Int, Int, Int, Int, Float) -> Float = { row, position, layer, column, old in
            row == 33 && position == 6 && layer == 1 && column == 2 ? value : old
        }
        let run = SyntheticRun(models: [SyntheticSource(id: "a", widths: [4]), SyntheticSource(id: "b", widths: [4, 5], change: change)])
        #expect(throws: StatisticsError.activationNotFinite(source: "b", layer: 1, column: 2, row: 33)) {
            try run.partial(shard: 0, rows: Array(30..<40), threads: 2)
        }
    }

    @Test("a column that is too large for exact sums is refused, not wrapped")
    func tooLarge() throws {
        let change: @Sendable (Int, Int, Int, Int, Float) -> Float = { row, _, _, column, old in row > 30 && column == 0 ? 1e30 : old }
        let run = SyntheticRun(models: [SyntheticSource(id: "a", widths: [4], change: change), SyntheticSource(id: "b", widths: [4])])
        #expect(throws: StatisticsError.self) { try run.partial(shard: 0, rows: Array(31..<40)) }
    }

    @Test("a source with other columns than planned is refused")
    func mismatch() throws {
        let run = SyntheticRun()
        let other = SyntheticRun(models: [SyntheticSource(id: "a", widths: [5, 8]), SyntheticSource(id: "b", widths: [8, 3, 4])])
        #expect(throws: StatisticsError.sourceMismatch(source: "a", expected: 14, found: 13)) {
            try ShardComputation(
                layout: run.layout, settings: run.settings, calibration: try run.calibration(), examples: run.examples,
                isCounted: run.isCounted, sources: other.sources, team: ThreadTeam(count: 1), worker: ""
            ).partial(of: run.layout.blocks, shard: 0, stratum: 0, rows: run.rows([1]))
        }
    }
}
