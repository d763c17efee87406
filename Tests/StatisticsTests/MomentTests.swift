import Kernels
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Statistics

@Suite("Moments of pre-activations")
struct MomentTests {
    /// Neuron 0 of a.0 never fires, neuron 1 goes beyond the limit, neuron 2 is NaN at some places.
    private static let shown: @Sendable (Int, Int, Int, Int, Float) -> Float = { row, position, layer, column, value in
        guard layer == 0 else { return value }
        return switch column {
        case 0: -900
        case 1: (row + position) % 3 == 0 ? (position % 2 == 0 ? 1e6 : -.infinity) : value
        case 2: (row + position) % 5 == 0 ? .nan : value
        default: value
        }
    }

    private static func run(_ shown: @escaping @Sendable (Int, Int, Int, Int, Float) -> Float = shown) -> SyntheticRun {
        var source = SyntheticSource(id: "a", widths: [5, 9])
        source.shown = shown
        var run = SyntheticRun(models: [source, SyntheticSource(id: "b", widths: [8, 3, 4])])
        run.moments = MomentSettings(maxima: 3)
        return run
    }

    /// The sums over some rows by plain loops: of each row in float64 over its positions in order, then rounded once.
    private func expected(_ run: SyntheticRun, group: Int, rows: [Int]) -> MomentSums {
        let (layer, columns) = (run.layout.groups[group].layer, run.layout.groups[group].columns)
        let source = run.models[0]
        var sums = MomentSums(group: group, stratum: 0, columns: columns, context: run.context)
        sums.tokens = rows.count * run.context
        for row in rows {
            for column in 0..<columns {
                var powers = [0.0, 0.0, 0.0, 0.0]
                for position in 0..<run.context {
                    let x =
                        source.product(row: row, position: position, layer: layer, column: column)
                        + source.bias(layer: layer, column: column)
                    sums.near[column] += x > -25.0 / 255 ? 1 : 0
                    if x > 0 {
                        sums.positions[position * columns + column] += 1
                        sums.powers.positive[column] += 1
                    }
                    let taken: Float = x.isNaN ? 0 : min(max(x, -1_024), 1_024)
                    sums.changed[column] += x == taken ? 0 : 1
                    let v = Double(taken)
                    powers[0] += v
                    powers[1] += v * v
                    powers[2] += v * v * v
                    powers[3] += (v * v) * (v * v)
                }
                func rounded(_ power: Int, _ scale: Double) -> Int128 { Int128((powers[power] * scale).rounded(.toNearestOrEven)) }
                sums.powers.first[column] += rounded(0, 0x1p32)
                sums.powers.second[column] += rounded(1, 0x1p32)
                sums.powers.third[column] += rounded(2, 0x1p24)
                sums.powers.fourth[column] += rounded(3, 0x1p24)
            }
        }
        return sums
    }

    @Test("are those of plain loops over all tokens, masked ones included, with silent, clamped and NaN neurons, on any number of threads")
    func plainLoops() throws {
        let run = Self.run()
        let rows = Array(0..<23)
        let calibration = try run.calibration()
        #expect(run.counted(rows).count < rows.count * run.context)
        var first: [MomentSums]?
        for threads in 1...3 {
            let partial = try run.partial(shard: 0, rows: rows, threads: threads, calibration: calibration)
            #expect(partial.moments.map(\.group) == [0, 1])
            for var sums in partial.moments {
                #expect(sums.shards == [ShardRecord(shard: 0, checksum: sums.digest, worker: "tests")] && sums.problem == nil)
                sums.shards = []
                #expect(sums == expected(run, group: sums.group, rows: rows))
            }
            #expect(first == nil || first == partial.moments)
            first = partial.moments
        }
        let sums = try #require(first?.first)
        #expect(sums.powers.positive[0] == 0 && sums.near[0] == 0 && sums.changed[0] == 0)
        let placesOfClamped = rows.reduce(0) { sum, row in sum + (0..<run.context).count { (row + $0) % 3 == 0 } }
        let placesOfNaN = rows.reduce(0) { sum, row in sum + (0..<run.context).count { (row + $0) % 5 == 0 } }
        #expect(sums.changed == [0, Int64(placesOfClamped), Int64(placesOfNaN), 0, 0])
    }

    @Test("count on where a byte is full, and of a thread that sees more rows than a byte counts")
    func manyRows() throws {
        let run = Self.run { _, position, _, column, value in column == 4 || position == 2 ? 1 : value }
        let rows = Array(0..<600)
        let blocks = run.layout.blocks.filter { run.layout.isReference(within: $0) }.map(\.index)
        for threads in [1, 2] {
            var sums = try #require(try run.partial(shard: 0, rows: rows, blocks: blocks, threads: threads).moments.first)
            sums.shards = []
            #expect(sums == expected(run, group: 0, rows: rows))
            #expect(sums.positions[4] == 600)
        }
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
            _ = try run.file(
                try run.partial(shard: shard, rows: Array(shard * 3..<shard * 3 + 3), calibration: calibration), at: path)
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
        let whole = try run.partial(shard: 0, rows: Array(0..<24), calibration: calibration)
        for group in [0, 1] {
            let moments = try #require(reader.section(SectionKey(kind: .moments, index: group, stratum: 0)))
            #expect(moments.shards.map(\.shard) == Array(0..<8))
            #expect(try reader.digest(of: moments, shape: run.shape) == whole.moments[group].digest)
            let tokens = try #require(reader.section(SectionKey(kind: .tokens, index: group, stratum: 0)))
            #expect(try reader.digest(of: tokens, shape: run.shape) == whole.tokens[group].list.digest)
        }
    }

    @Test("are in the store as they were computed, and added over strata; a shard that came twice counts once")
    func store() throws {
        let run = Self.run()
        let folder = try TemporaryFolder()
        let calibration = try run.calibration()
        let fixture = try StoreFixture(run, calibration: calibration, in: folder.path)
        for shard in 0..<6 {
            try fixture.stage(
                try run.partial(shard: shard, stratum: shard % 2, rows: Array(shard * 3..<shard * 3 + 3), calibration: calibration),
                named: "\(shard)")
            if shard == 3 { try fixture.store.foldStaged(team: ThreadTeam(count: 2)) }
        }
        try fixture.stage(try run.partial(shard: 1, stratum: 1, rows: [3, 4, 5], calibration: calibration), named: "again")
        let whole = try run.partial(shard: 0, rows: Array(0..<18), calibration: calibration)
        for isFolded in [false, true] {
            if isFolded { try fixture.store.foldStaged(team: ThreadTeam(count: 2)) }
            let snapshot = try StoreSnapshot(of: fixture.store, strata: 2)
            for group in [0, 1] {
                let found = try #require(try snapshot.moments(of: group, strata: 2))
                #expect(found.sums.digest == whole.moments[group].digest && found.digests.count == 2)
                #expect(try snapshot.tokens(of: group, strata: 2)?.digest == whole.tokens[group].list.digest)
            }
            #expect(try snapshot.moments(of: 2, strata: 2) == nil)
        }
        let name = try #require(fixture.store.path(of: SectionKey(kind: .moments, index: 1, stratum: 1)).lastComponent)
        #expect(name.string == "a.1.r1.moments")
    }

    @Test("that contradict themselves are refused, and so are damaged bytes, and any of a plan that keeps none")
    func refused() throws {
        let run = Self.run()
        let folder = try TemporaryFolder()
        let honest = try run.partial(shard: 0, rows: [1, 2, 3])
        let changes: [(String, (inout MomentSums) -> Void)] = [
            ("its counts by position are not those over all positions", { $0.positions[3] += 1 }),
            ("its counts by position are not those over all positions", { $0.near[4] = 0 }),
            ("its counts by position are out of range", { $0.positions[3] = 4 }),
            ("its counts are out of range", { $0.changed[1] = 22 }),
            ("its power sums are out of range", { $0.powers.second[0] = -1 }),
            ("its sums of power 4 are out of range", { $0.powers.fourth[0] = 1 << 90 }),
            ("20 tokens are no whole rows of 7", { $0.tokens = 20 }),
        ]
        for (reason, change) in changes {
            var sums = honest.moments[0]
            change(&sums)
            let partial = Partial(blocks: [], examples: [], moments: [sums])
            let reader = try run.file(partial, at: folder.file("partial"))
            let error = #expect(throws: StatisticsError.self) { try reader.read(reader.sections[0], shape: run.shape) }
            guard case .malformed(_, _, reason)? = error else {
                Issue.record("\(String(describing: error)) is not: \(reason)")
                continue
            }
        }
        var list = honest.tokens[0].list
        list.values.swapAt(0, 1)
        let unordered = Partial(
            blocks: [], examples: [], tokens: [TokenMaximumSums(stratum: 0, shards: honest.tokens[0].shards, list: list)])
        let reader = try run.file(unordered, at: folder.file("unordered"))
        #expect(throws: StatisticsError.self) { try reader.read(reader.sections[0], shape: run.shape) }

        let whole = try run.file(honest, at: folder.file("whole"))
        let entry = try #require(whole.section(SectionKey(kind: .moments, index: 1, stratum: 0)))
        try whole.check(entry, shape: run.shape, tokens: 21, shards: 1)
        #expect(throws: StatisticsError.self) { try whole.check(entry, shape: run.shape, tokens: 20, shards: 1) }
        var without = run
        without.moments = nil
        #expect(throws: StatisticsError.self) { try whole.read(entry, shape: without.shape) }
        var bytes = try MappedFile(whole.path).withBytes { Array($0) }
        bytes[entry.pieces[3].offset + entry.pieces[3].length / 2] ^= 1
        try DurableFile.replace(folder.file("damaged"), with: bytes)
        let damaged = try PartialReader(folder.file("damaged"))
        #expect(throws: StatisticsError.self) { try damaged.read(entry, shape: run.shape) }
    }

    @Test("files of before there were moments are read as they are, and those of a later version are refused")
    func versions() throws {
        var run = Self.run()
        run.moments = nil
        let folder = try TemporaryFolder()
        let partial = try run.partial(shard: 0, rows: [1, 2, 3])
        let reader = try run.file(partial, at: folder.file("partial"))
        let bytes = try MappedFile(reader.path).withBytes { Array($0) }
        for version in [UInt8(1), 3] {
            var changed = bytes
            changed[8] = version
            changed[bytes.count - 16] = version
            let path = folder.file("version\(version)")
            try DurableFile.replace(path, with: changed)
            if version == 1 {
                let old = try PartialReader(path)
                for entry in old.sections { #expect(try old.digest(of: entry, shape: run.shape) == entry.shards[0].checksum) }
            } else {
                #expect(throws: StatisticsError.unsupportedVersion(file: path, found: 3, supported: 2)) { try PartialReader(path) }
            }
        }
    }

    @Test("are of the reference of every group of models, and of no other model, nor of features")
    func references() {
        let models = ["a", "b", "c", "d"].map { SyntheticSource(id: $0, widths: [3, 4]) }
        let groups = SourcePairing.groups(SourceGroups([["a", "c"], ["b", "d"]]))
        for (pairing, expected) in [(SourcePairing.reference, ["a"]), (.all, ["a"]), (groups, ["a", "b"])] {
            let layout = SyntheticRun(models: models, pairing: pairing).layout
            let kinds: Set<SectionKey.Kind> = [.block, .moments, .tokens]
            let keys = layout.blocks.flatMap { layout.sections(of: $0, stratum: 0, kinds: kinds) }.filter { $0.kind == .moments }
            #expect(keys.map { layout.groups[$0.index].name } == expected.flatMap { ["\($0).0", "\($0).1"] })
            #expect(layout.groups.indices.filter(layout.isReference) == keys.map(\.index))
        }
    }

    @Test("of a source that shows none are refused with the model's name")
    func withoutPreActivations() throws {
        var source = SyntheticSource(id: "a", widths: [5, 9])
        source.hasPreActivations = false
        var run = SyntheticRun(models: [source, SyntheticSource(id: "b", widths: [8, 3, 4])])
        run.moments = MomentSettings()
        #expect(throws: StatisticsError.noPreActivations(source: "a")) { try run.partial(shard: 0, rows: [1, 2]) }
    }

    @Test("do not change what blocks and examples are")
    func besides() throws {
        let with = Self.run()
        var without = with
        without.moments = nil
        let (x, y) = (try with.partial(shard: 0, rows: [4, 5, 6]), try without.partial(shard: 0, rows: [4, 5, 6]))
        #expect(x.blocks.map(\.digest) == y.blocks.map(\.digest) && x.examples.map(\.list) == y.examples.map(\.list))
        #expect(y.moments.isEmpty && y.tokens.isEmpty)
    }
}
