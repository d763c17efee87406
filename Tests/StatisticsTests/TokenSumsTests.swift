import Kernels
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Statistics

@Suite("Sums of activations by token")
struct TokenSumsTests {
    /// Eleven tokens in three strips; one is masked. Of a.0 column 1 goes beyond the limit both ways, column 2 has halves of a unit only.
    private static func run(_ settings: MomentSettings = MomentSettings(maxima: 2, means: 4)) -> SyntheticRun {
        let change: @Sendable (Int, Int, Int, Int, Float) -> Float = { row, position, _, column, value in
            switch column {
            case 1: value * ((row + position) % 4 == 0 ? 3_000 : 1)
            case 2: (Float((row + position) % 9) - 3.5) / 65_536
            default: value
            }
        }
        var run = SyntheticRun(
            models: [SyntheticSource(id: "a", widths: [5, 9], change: change), SyntheticSource(id: "b", widths: [8, 3, 4])], spacing: 60)
        run.moments = settings
        return run
    }

    /// The sums over some rows by plain loops, by token; the counts are those of the tokens.
    private func expected(_ run: SyntheticRun, group: Int, rows: [Int]) -> [Int32: (count: Int64, sums: [Int64])] {
        let (layer, columns) = (run.layout.groups[group].layer, run.layout.groups[group].columns)
        let tokens = run.rows(rows).tokens
        var found: [Int32: (count: Int64, sums: [Int64])] = [:]
        for (place, row) in rows.enumerated() {
            for position in 0..<run.context where run.isCounted[Int(tokens[place * run.context + position])] {
                let token = tokens[place * run.context + position]
                found[token, default: (0, Array(repeating: 0, count: columns))].count += 1
                for column in 0..<columns {
                    let value = run.models[0].value(row: row, position: position, layer: layer, column: column)
                    let units = (Double(min(max(value, -1_024), 1_024)) * 65_536).rounded(.toNearestOrEven)
                    found[token]?.sums[column] += Int64(units)
                }
            }
        }
        return found
    }

    private func expect(_ sums: TokenSums, are expected: [Int32: (count: Int64, sums: [Int64])]) {
        #expect(sums.table.ids == expected.keys.sorted() && sums.tokens == Int(expected.values.reduce(0) { $0 + $1.count }))
        for strip in sums.strips {
            #expect(strip.problem == nil)
            for (place, id) in strip.table.ids.enumerated() {
                #expect(strip.table.counts[place] == expected[id]?.count)
                #expect(strip.withSums(at: place) { Array($0) } == expected[id]?.sums, "token \(id)")
            }
        }
    }

    @Test("are those of plain loops over the counted places, limited and rounded to even, on any number of threads")
    func plainLoops() throws {
        let run = Self.run()
        let rows = Array(0..<23)
        let calibration = try run.calibration()
        for threads in 1...3 {
            let partial = try run.partial(shard: 0, rows: rows, threads: threads, calibration: calibration)
            #expect(partial.means.map(\.group) == [0, 1])
            for sums in partial.means {
                expect(sums, are: expected(run, group: sums.group, rows: rows))
                #expect(sums.strips.map(\.number) == [0, 1, 2])
                #expect(sums.shards == [ShardRecord(shard: 0, checksum: sums.digest, worker: "tests")])
            }
        }
        // What is limited is limited in a sum.
        let beyond = run.counted(rows).count { abs(run.models[0].value(row: $0.row, position: $0.position, layer: 0, column: 1)) > 1_024 }
        #expect(beyond > 0)
    }

    @Test("are kept where they are asked for, and change nothing else")
    func besides() throws {
        let (with, without) = (Self.run(), Self.run(MomentSettings(maxima: 2)))
        let (x, y) = (try with.partial(shard: 0, rows: [4, 5, 6]), try without.partial(shard: 0, rows: [4, 5, 6]))
        #expect(x.blocks.map(\.digest) == y.blocks.map(\.digest) && x.examples.map(\.list) == y.examples.map(\.list))
        #expect(x.moments == y.moments && x.tokens.map(\.list) == y.tokens.map(\.list) && y.means.isEmpty)
    }

    @Test("of many shards, added up in random trees, are those of one shard with all rows, to the byte", arguments: 0..<5)
    func trees(_ seed: Int) throws {
        let run = Self.run()
        let folder = try TemporaryFolder()
        let calibration = try run.calibration()
        var generator = SeededGenerator(seed: UInt64(seed) &+ 1)
        var files: [FilePath] = []
        for shard in 0..<8 {
            let path = folder.path.appending("shard\(shard)")
            // A row at a time, so that not every shard has every token.
            _ = try run.file(try run.partial(shard: shard, rows: [shard], calibration: calibration), at: path)
            files.append(path)
        }
        let reduction = PartialReduction(shape: run.shape, plan: run.plan, team: ThreadTeam(count: 2))
        var step = 0
        while files.count > 1 {
            files.shuffle(using: &generator)
            let taken = Int.random(in: 2...min(4, files.count), using: &generator)
            let path = folder.path.appending("step\(step)")
            step += 1
            try reduction.reduce(try files[..<taken].map { try PartialReader($0) }, to: path)
            files = Array(files[taken...]) + [path]
        }
        let reader = try PartialReader(files[0])
        let whole = try run.partial(shard: 0, rows: Array(0..<8), calibration: calibration)
        for group in [0, 1] {
            let entry = try #require(reader.section(SectionKey(kind: .means, index: group, stratum: 0)))
            #expect(entry.shards.map(\.shard) == Array(0..<8) && entry.tokens == whole.means[group].tokens)
            #expect(try reader.digest(of: entry, shape: run.shape) == whole.means[group].digest)
            guard case .means(let sums) = try reader.read(entry, shape: run.shape) else { continue }
            expect(sums, are: expected(run, group: group, rows: Array(0..<8)))
        }
    }

    @Test("are in the store as they were computed, and gone through over strata; a shard that came twice counts once")
    func store() throws {
        let run = Self.run()
        let folder = try TemporaryFolder()
        let calibration = try run.calibration()
        let fixture = try StoreFixture(run, calibration: calibration, in: folder.path)
        for shard in 0..<6 {
            try fixture.stage(
                try run.partial(shard: shard, stratum: shard % 2, rows: [shard], calibration: calibration), named: "\(shard)")
            if shard == 3 { try fixture.store.foldStaged(team: ThreadTeam(count: 2)) }
        }
        try fixture.stage(try run.partial(shard: 1, stratum: 1, rows: [1], calibration: calibration), named: "again")
        for isFolded in [false, true] {
            if isFolded { try fixture.store.foldStaged(team: ThreadTeam(count: 2)) }
            let snapshot = try StoreSnapshot(of: fixture.store, strata: 2)
            for group in [0, 1] {
                var sums = TokenSums(group: group, stratum: 0, columns: run.layout.groups[group].columns)
                var numbers: [Int] = []
                let hasAny = try snapshot.forEachTokenStrip(of: group, strata: 2) { strip in
                    numbers.append(strip.number)
                    sums.add(strip)
                }
                #expect(hasAny && numbers == [0, 1, 2])
                expect(sums, are: expected(run, group: group, rows: Array(0..<6)))
            }
            #expect(try !snapshot.forEachTokenStrip(of: 2, strata: 2) { _ in })
        }
        let name = try #require(fixture.store.path(of: SectionKey(kind: .means, index: 1, stratum: 1)).lastComponent)
        #expect(name.string == "a.1.r1.means")
    }

    /// A partial whose only section are these sums.
    private func file(_ sums: TokenSums, of run: SyntheticRun, at path: FilePath) throws -> PartialReader {
        try run.file(Partial(blocks: [], examples: [], means: [sums]), at: path)
    }

    /// Sums over made-up tables of one strip each.
    private func sums(_ tables: [(ids: [Int32], counts: [Int64])], value: Int64 = 0) -> TokenSums {
        var sums = TokenSums(group: 0, stratum: 0, columns: 5)
        sums.shards = [ShardRecord(shard: 0, checksum: Digest(of: "none"), worker: "tests")]
        for (ids, counts) in tables {
            let tile = TileSums(count: ids.count * 5, width: .int64)
            for place in 0..<tile.count { tile.add(value, at: place) }
            sums.add(TokenStrip(table: TokenTable(ids: ids, counts: counts), columns: 5, sums: tile))
        }
        return sums
    }

    @Test("that contradict themselves are refused, and so are damaged bytes, and any of a plan that keeps none")
    func refused() throws {
        let run = Self.run()
        let folder = try TemporaryFolder()
        // What may be is read: up to the last id and the largest sum, and nothing at all.
        for fine in [sums([([0, 60], [2, 3]), ([600], [1])], value: 1 << 26), sums([([0], [1 << 36])]), sums([])] {
            let reader = try file(fine, of: run, at: folder.file("fine"))
            #expect(try reader.digest(of: reader.sections[0], shape: run.shape) == fine.digest)
            #expect(try reader.read(reader.sections[0], shape: run.shape).digest == fine.digest)
        }
        let order = "its tokens are out of order, or none of the vocabulary"
        let counts = "its tokens count more or less often than it says"
        let faults: [(String, TokenSums)] = [
            (order, sums([([60, 0], [2, 3])])), (order, sums([([60, 60], [2, 3])])), (order, sums([([601], [3])])),
            (counts, sums([([0, 60], [0, 3])])), (counts, sums([([0, 60], [-1, 3])])),
            ("its \((1 << 36) + 1) tokens are more than sums are kept of", sums([([0], [(1 << 36) + 1])])),
            ("a sum at token 60 is larger than its 2 places allow", sums([([60, 120], [2, 3])], value: (2 << 26) + 1)),
            ("a sum at token 60 is larger than its 2 places allow", sums([([60, 120], [2, 3])], value: -(2 << 26) - 1)),
        ]
        for (expected, wrong) in faults {
            let reader = try file(wrong, of: run, at: folder.file("wrong"))
            let error = #expect(throws: StatisticsError.self) { try reader.read(reader.sections[0], shape: run.shape) }
            #expect(throws: StatisticsError.self) { try reader.digest(of: reader.sections[0], shape: run.shape) }
            guard case .malformed(_, _, expected)? = error else {
                Issue.record("\(String(describing: error)) is not: \(expected)")
                continue
            }
        }
        let honest = try run.partial(shard: 0, rows: [1, 2, 3])
        let reader = try run.file(honest, at: folder.file("whole"))
        let entry = try #require(reader.section(SectionKey(kind: .means, index: 1, stratum: 0)))
        let counted = run.counted([1, 2, 3]).count
        try reader.check(entry, shape: run.shape, tokens: counted, shards: 1)
        #expect(throws: StatisticsError.self) { try reader.check(entry, shape: run.shape, tokens: counted - 1, shards: 1) }
        for settings in [nil, MomentSettings()] {
            var without = run
            without.moments = settings
            #expect(throws: StatisticsError.self) { try reader.read(entry, shape: without.shape) }
        }
        var bytes = try MappedFile(reader.path).withBytes { Array($0) }
        bytes[entry.pieces[3].offset + entry.pieces[3].length / 2] ^= 1
        try DurableFile.replace(folder.file("damaged"), with: bytes)
        let damaged = try PartialReader(folder.file("damaged"))
        #expect(throws: StatisticsError.self) { try damaged.read(entry, shape: run.shape) }
    }

    @Test("over more places than their integers are certain to hold are refused, by whoever adds them")
    func tooMany() throws {
        let run = Self.run()
        let folder = try TemporaryFolder()
        var files: [PartialReader] = []
        for shard in 0..<2 {
            var many = sums([([0], [1 << 35 + 1])])
            many.shards = [ShardRecord(shard: shard, checksum: many.digest, worker: "tests")]
            files.append(try file(many, of: run, at: folder.file("\(shard)")))
        }
        let reduction = PartialReduction(shape: run.shape, plan: run.plan, team: ThreadTeam(count: 1))
        #expect(throws: StatisticsError.tooManyChunks(block: "a.0.r0", chunks: 2, tokens: 2 * (1 << 35 + 1))) {
            try reduction.reduce(files, to: folder.file("both"))
        }
        var first = sums([([0], [1 << 35 + 1])])
        #expect(!first.add(first) && first.tokens == 1 << 35 + 1)
    }
}
