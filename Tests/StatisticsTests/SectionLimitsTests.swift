import Kernels
import SmallRuns
import Storage
import Testing

@testable import Statistics

@Suite("What a section may say of its shards")
struct SectionLimitsTests {
    private static let rows = [3, 4, 5, 6]

    private static let plain = SyntheticRun()
    private static let rounded = SyntheticRun(settings: AccumulationSettings(chunk: 16, tile: 4, bits: .seven))

    /// The file of a partial whose blocks were changed, with the checksums of what they are then.
    private func file(
        _ partial: Partial, of run: SyntheticRun, in folder: TemporaryFolder, _ change: (BlockSums) -> Void = { _ in }
    ) throws -> PartialReader {
        for sums in partial.blocks {
            change(sums)
            sums.shards = sums.shards.map { ShardRecord(shard: $0.shard, checksum: sums.digest, worker: $0.worker) }
        }
        return try run.file(partial, at: folder.file("partial"))
    }

    /// Looks at a file as one of a run of so many shards, all of which have the test's rows.
    private func check(_ reader: PartialReader, of run: SyntheticRun, shards: Int = 100) throws {
        for entry in reader.sections {
            try reader.check(entry, shape: run.shape, tokens: entry.shards.count * Self.rows.count * run.context, shards: shards)
            #expect(try reader.digest(of: entry, shape: run.shape) == entry.shards[0].checksum)
        }
    }

    /// What a file is refused with.
    private func refusal(
        of run: SyntheticRun, shards: Int = 100, _ change: (BlockSums) -> Void
    ) throws -> String {
        let folder = try TemporaryFolder()
        let reader = try file(try run.partial(shard: 0, rows: Self.rows), of: run, in: folder, change)
        let error = #expect(throws: StatisticsError.self) { try check(reader, of: run, shards: shards) }
        guard case .malformed(_, _, let reason)? = error else { return "" }
        return reason
    }

    @Test("is all that an honest shard brings, and the sums of many", arguments: [plain, rounded])
    func honest(_ run: SyntheticRun) throws {
        let folder = try TemporaryFolder()
        let calibration = try run.calibration()
        try check(try file(try run.partial(shard: 0, rows: Self.rows, calibration: calibration), of: run, in: folder), of: run)
        let fixture = try StoreFixture(run, calibration: calibration, in: folder.path)
        let partials = try [Self.rows, [7], [8, 9]].enumerated().map { try run.partial(shard: $0, rows: $1, calibration: calibration) }
        for (index, partial) in partials.enumerated() { try fixture.stage(partial, named: "\(index)") }
        try fixture.store.foldStaged(team: ThreadTeam(count: 1))
        for key in partials[0].sections.map(\.key) {
            let reader = try #require(try fixture.store.reader(of: key))
            try reader.check(reader.sections[0], shape: run.shape, tokens: 3 * Self.rows.count * run.context, shards: 3)
        }
    }

    @Test("is no more tokens than its shards have, and as many chunks as these make")
    func counts() throws {
        let run = Self.plain
        let most = Self.rows.count * run.context
        #expect(try refusal(of: run) { $0.tokens = most + 1 } == "it has \(most + 1) tokens, its shards have \(most) at most")
        let counted = run.counted(Self.rows).count
        let chunks = (counted + 15) / 16
        for wrong in [chunks - 1, chunks + 1, PowerSums.largestChunkCount - 1] {
            #expect(try refusal(of: run) { $0.chunks = wrong }.hasPrefix("it has \(wrong) chunks"))
        }
    }

    @Test("is no more values beyond the largest integer than there are, and none where none is rounded")
    func beyond() throws {
        #expect(try refusal(of: Self.plain) { $0.beyond = 1 } == "1 of its 0 values are beyond the largest integer")
        let layout = Self.rounded.layout
        let reason = try refusal(of: Self.rounded) { sums in
            let block = layout.blocks[sums.block]
            let columns = layout.groups[block.rows].columns + (block.isWithin ? 0 : layout.groups[block.columns].columns)
            sums.beyond = sums.tokens * columns + 1
        }
        #expect(reason.hasSuffix("are beyond the largest integer"), "\(reason)")
    }

    @Test("is a shard's share of what 64-bit products hold: as many as the run has can be added", arguments: [plain, rounded])
    func products(_ run: SyntheticRun) throws {
        func share(of shards: Int, times factor: Double) -> Int128 {
            Int128(factor * 0x1p61 * run.settings.resolution / Double(shards) * 0x1p32)
        }
        func makeLoud(_ sums: BlockSums, _ square: Int128) {
            sums.rows.second[0] = square
            sums.columns.second[0] = square
            // What the tiles are kept in follows from the power sums.
            let certificate = OverflowCertificate(run.settings)
            let (rows, columns) = (sums.rows.largestSquares(tile: 4), sums.columns.largestSquares(tile: 4))
            for (index, tile) in run.shape.tiling(of: sums.block).tiles.enumerated() {
                let width = certificate.width(
                    rows: rows[tile.rowStrip], columns: columns[tile.columnStrip], chunks: sums.chunks, tokens: sums.tokens)
                if width == .int64 { sums.tiles[index].widen() }
            }
        }
        for shards in [1, 4, 1_000] {
            #expect(try refusal(of: run, shards: shards) { makeLoud($0, share(of: shards, times: 1.01)) }.contains("more than its share"))
        }
        // Those that are just within it fill a section, and nothing stops the last.
        let folder = try TemporaryFolder()
        let calibration = try run.calibration()
        let fixture = try StoreFixture(run, calibration: calibration, in: folder.path)
        for shard in 0..<4 {
            let partial = try run.partial(shard: shard, rows: Self.rows, calibration: calibration)
            try check(try file(partial, of: run, in: folder) { makeLoud($0, share(of: 4, times: 0.99)) }, of: run, shards: 4)
            try fixture.stage(partial, named: "\(shard)")
        }
        try fixture.store.foldStaged(team: ThreadTeam(count: 1))
    }

    @Test("is entries that its power sums allow")
    func entries() throws {
        let reason = try refusal(of: Self.plain) { $0.tiles[0].add(1 << 30, at: 0) }
        #expect(reason == "an entry of tile 0 is larger than its power sums allow")
    }

    @Test("is examples of finite values")
    func examples() throws {
        let run = Self.plain
        let folder = try TemporaryFolder()
        var partial = try run.partial(shard: 0, rows: Self.rows)
        var list = try #require(partial.examples.first).list
        list.values[0] = .infinity
        partial = Partial(
            blocks: partial.blocks,
            examples: [ExampleSums(stratum: 0, shards: [ShardRecord(shard: 0, checksum: list.digest, worker: "tests")], list: list)])
        let reader = try run.file(partial, at: folder.file("partial"))
        #expect(throws: StatisticsError.self) { try check(reader, of: run) }
    }
}
