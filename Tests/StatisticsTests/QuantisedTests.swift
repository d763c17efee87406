import Glibc
import Kernels
import SmallRuns
import Storage
import Testing

@testable import Statistics

@Suite("Activations in integers")
struct QuantisedTests {
    private static let eightBits: ConditionTrait = .enabled(
        if: Int8Gemm.mostBits == .eight, "only where products of 8 bits are exact: the processor has VNNI")

    /// Some neurons get loud after the calibration, in both models at the same tokens too.
    private static let loud: @Sendable (Int, Int, Int, Int, Float) -> Float = { row, position, _, column, value in
        row >= 20 && column % 3 == 1 && position % 2 == 0 ? value * 30 : value
    }

    private func run(_ bits: QuantisedBits = .seven, chunk: Int = 16) -> SyntheticRun {
        SyntheticRun(
            models: [
                SyntheticSource(id: "a", widths: [5, 9], change: Self.loud),
                SyntheticSource(id: "b", widths: [8, 3, 4], change: Self.loud),
            ], settings: AccumulationSettings(chunk: chunk, tile: 4, bits: bits))
    }

    /// The integer of one column at one place, by a plain loop.
    private func level(_ run: SyntheticRun, _ group: Int, _ column: Int, _ place: (row: Int, position: Int), _ calibration: Calibration)
        -> Int64
    {
        let key = SplitMix64.mix(
            0x7175_616E_7469_7365 &+ (UInt64(place.row) << 32 | UInt64(place.position)) &* SplitMix64.increment)
        let first = run.layout.groups[..<group].reduce(0) { $0 + $1.columns }
        var x = UInt32(first + column) &* 0x9e37_79b9 &+ UInt32(truncatingIfNeeded: key)
        x ^= x >> 16
        x &*= 0x7feb_352d
        x ^= x >> 15
        x &+= UInt32(truncatingIfNeeded: key >> 32)
        x &*= 0x846c_a68b
        x ^= x >> 16
        let z = run.standardised(group, column: column, at: place, calibration: calibration)
        let below = z.rounded(.down)
        return Int64(below) + ((Float(x >> 9) + 0.5) * 0x1p-23 < z - below ? 1 : 0)
    }

    @Test("entries are the sums of the integers' products, whatever lies beyond the scale", arguments: [16, 50, 1_000])
    func entries(chunk: Int) throws { try compareEntries(.seven, chunk: chunk) }

    @Test(
        "entries of 8 bits are the sums of the integers' products, whatever lies beyond the scale", eightBits, arguments: [16, 50, 1_000])
    func entriesOfEight(chunk: Int) throws { try compareEntries(.eight, chunk: chunk) }

    private func compareEntries(_ bits: QuantisedBits, chunk: Int) throws {
        let run = run(bits, chunk: chunk)
        let rows = Array(15..<40)
        let calibration = try run.calibration()
        let partial = try run.partial(shard: 0, rows: rows, threads: 2, calibration: calibration)
        let places = run.counted(rows)
        var beyond = 0
        for sums in partial.blocks {
            let block = run.layout.blocks[sums.block]
            let groups = [block.rows, block.columns]
            let levels = groups.map { group in
                (0..<run.layout.groups[group].columns).map { column in places.map { level(run, group, column, $0, calibration) } }
            }
            for (index, tile) in run.shape.tiling(of: sums.block).tiles.enumerated() {
                for i in tile.rows {
                    for j in tile.columns {
                        let expected = zip(levels[0][i], levels[1][j]).reduce(Int64(0)) { $0 + $1.0 * $1.1 }
                        let place = (i - tile.rows.lowerBound) * tile.columns.count + j - tile.columns.lowerBound
                        #expect(sums.tiles[index][place] == expected)
                    }
                }
            }
            let counts = levels.map { $0.joined().count { abs($0) > bits.limit } }
            #expect(sums.beyond == counts[0] + (block.isWithin ? 0 : counts[1]))
            beyond += sums.beyond
        }
        #expect(beyond > 50)
    }

    @Test("a tile that 32 bits may not hold goes on in 64, with the same integers")
    func widening() throws {
        let loud: @Sendable (Int, Int, Int, Int, Float) -> Float = { row, _, _, column, value in
            row >= 40 && column == 1 ? value * 300 : value
        }
        let run = SyntheticRun(
            models: [SyntheticSource(id: "a", widths: [6], change: loud), SyntheticSource(id: "b", widths: [6], change: loud)],
            features: nil, settings: AccumulationSettings(chunk: 16, tile: 4, bits: .seven))
        let calibration = try run.calibration()
        let rows = Array(36..<60)
        let sums = try #require(try run.partial(shard: 0, rows: rows, calibration: calibration).blocks.first { $0.block == 1 })
        #expect(sums.tiles.contains { $0.width == .int64 } && sums.tiles.contains { $0.width == .int32 })
        let places = run.counted(rows)
        let levels = [0, 1].map { group in
            (0..<6).map { column in places.map { level(run, group, column, $0, calibration) } }
        }
        for (index, tile) in run.shape.tiling(of: 1).tiles.enumerated() {
            for entry in 0..<tile.count {
                let (i, j) = (tile.rows.lowerBound + entry / tile.columns.count, tile.columns.lowerBound + entry % tile.columns.count)
                #expect(sums.tiles[index][entry] == zip(levels[0][i], levels[1][j]).reduce(0) { $0 + $1.0 * $1.1 })
            }
        }
    }

    @Test("a shard's sums are the same bits for any threads, chunks and grouping, and files and stores keep what lay beyond")
    func sameBits() throws {
        let run = run()
        let rows = Array(12..<36)
        let calibration = try run.calibration()
        #expect(try run.calibration(threads: 3) == calibration)
        let one = try run.partial(shard: 4, rows: rows, calibration: calibration)
        for threads in [2, 3] {
            let many = try run.partial(shard: 4, rows: rows, threads: threads, calibration: calibration)
            #expect(one.blocks.map(\.digest) == many.blocks.map(\.digest))
        }
        for sums in one.blocks {
            let alone = try run.partial(shard: 4, rows: rows, blocks: [sums.block], threads: 2, calibration: calibration)
            #expect(alone.blocks.map(\.digest) == [sums.digest])
        }
        let entries = { (partial: Partial) in partial.blocks.map { $0.tiles.map { tile in (0..<tile.count).map { tile[$0] } } } }
        #expect(entries(try self.run(chunk: 64).partial(shard: 4, rows: rows, calibration: calibration)) == entries(one))

        let folder = try TemporaryFolder()
        let file = try run.file(one, at: folder.file("partial"))
        for (entry, section) in zip(file.sections, one.sections) {
            #expect(try file.read(entry, shape: run.shape).digest == section.digest)
        }
        let fixture = try StoreFixture(run, calibration: calibration, in: folder.path)
        let halves = [Array(12..<24), Array(24..<36)].enumerated().map { ($0, $1) }
        let statistics = try fixture.statistics(
            of: try halves.map { try run.partial(shard: $0, rows: $1, calibration: calibration) })
        let error = try #require(try statistics.roundingError())
        let within = one.blocks.filter { run.layout.blocks[$0.block].isWithin }
        let columns = run.layout.groups.reduce(0) { $0 + $1.columns }
        let share = Double(within.reduce(0) { $0 + $1.beyond }) / Double(columns * run.counted(rows).count)
        #expect(abs(error.beyond - share) < 1e-12 && share > 0)
    }

    @Test("a scale is the step that lets the calibration's largest value in with room; columns of 0 and 1 are integers already")
    func scales() throws {
        let silent: @Sendable (Int, Int, Int, Int, Float) -> Float = { _, _, _, column, value in column == 2 ? 0.25 : value }
        for bits in QuantisedBits.allCases {
            let run = SyntheticRun(
                models: [SyntheticSource(id: "a", widths: [5], change: silent), SyntheticSource(id: "b", widths: [5])],
                settings: AccumulationSettings(chunk: 16, tile: 4, bits: bits))
            let calibration = try run.calibration()
            let exact = SyntheticRun(models: run.models)
            #expect(try exact.calibration().groups.map(\.mean) == calibration.groups.map(\.mean))
            let places = Array(run.counted(Array(0..<6)).prefix(30))
            for column in [0, 1, 3, 4] {
                let reach = places.map { abs(run.standardised(0, column: column, at: $0, calibration: calibration)) }.max() ?? 0
                #expect(abs(reach * 1.015625 - Float(bits.limit)) < 1e-3)
            }
            #expect(calibration.groups[0].scale[2] > 0)
            #expect(calibration.groups[2].hasIntegers && !calibration.groups[0].hasIntegers)
        }
    }

    @Test("correlations differ from exact ones by what is predicted, without bias")
    func predicted() throws { try comparePredicted(.seven) }

    @Test("correlations of 8 bits differ from exact ones by what is predicted, without bias", eightBits)
    func predictedOfEight() throws { try comparePredicted(.eight) }

    private func comparePredicted(_ bits: QuantisedBits) throws {
        let rows = Array(0..<600)
        func statistics(_ settings: AccumulationSettings, in folder: TemporaryFolder) throws -> StoredStatistics {
            let run = SyntheticRun(
                models: [SyntheticSource(id: "a", widths: [40, 40]), SyntheticSource(id: "b", widths: [50])], settings: settings)
            let calibration = try run.calibration()
            return try StoreFixture(run, calibration: calibration, in: folder.path)
                .statistics(of: [try run.partial(shard: 0, rows: rows, calibration: calibration)])
        }
        let folders = try [TemporaryFolder(), TemporaryFolder()]
        let exact = try statistics(AccumulationSettings(chunk: 64, tile: 64, resolutionExponent: -10), in: folders[0])
        let rounded = try statistics(AccumulationSettings(chunk: 64, tile: 64, bits: bits), in: folders[1])
        let error = try #require(try rounded.roundingError())
        #expect(try exact.roundingError() == nil && error.bits == bits.rawValue)
        var (sum, squares, worst, count) = (0.0, 0.0, 0.0, 0.0)
        for block in exact.layout.blocks {
            let n = exact.layout.groups[block.columns].columns
            let entries = exact.layout.entries(of: block)
            var (x, y) = ([Float](repeating: 0, count: entries), [Float](repeating: 0, count: entries))
            try exact.correlations(of: block, over: .all(1), into: &x)
            try rounded.correlations(of: block, over: .all(1), into: &y)
            for index in 0..<entries where !(block.isWithin && index / n == index % n) {
                let difference = Double(y[index]) - Double(x[index])
                sum += difference
                squares += difference * difference
                worst = max(worst, abs(difference))
                count += 1
            }
        }
        let found = (squares / count).squareRoot()
        // The bound takes the largest variance of a rounding, 1/4; fractions that are spread evenly have 1/6.
        #expect(found < error.typical && found > 0.7 * error.typical)
        #expect(worst < 5.5 * error.largest)
        // The errors of pairs that share a column are not independent; a bias would be of their order.
        #expect(abs(sum / count) < 0.1 * found)
    }
}
