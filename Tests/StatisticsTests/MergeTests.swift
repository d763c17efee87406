import Kernels
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Statistics

@Suite("Merging partials")
struct MergeTests {
    private let run = SyntheticRun()
    /// Eight shards of three rows, in two strata.
    private func partials() throws -> [Partial] {
        let calibration = try run.calibration()
        return try (0..<8).map { shard in
            try run.partial(shard: shard, stratum: shard % 2, rows: Array(shard * 3..<shard * 3 + 3), calibration: calibration)
        }
    }

    private func reduction() -> PartialReduction { PartialReduction(shape: run.shape, plan: run.plan, team: ThreadTeam(count: 2)) }

    @Test("merging partials in any order and grouping gives the same bytes", arguments: 0..<10)
    func anyTree(_ seed: Int) throws {
        let folder = try TemporaryFolder()
        var generator = SeededGenerator(seed: UInt64(seed) &+ 1)
        var files: [FilePath] = []
        for (shard, partial) in try partials().enumerated() {
            let path = folder.path.appending("shard\(shard)")
            _ = try run.file(partial, at: path)
            files.append(path)
        }
        let expected = folder.path.appending("all")
        try reduction().reduce(try files.map { try PartialReader($0) }, to: expected)
        var step = 0
        while files.count > 1 {
            files.shuffle(using: &generator)
            let taken = Int.random(in: 2...min(4, files.count), using: &generator)
            let path = folder.path.appending("step\(step)")
            step += 1
            try reduction().reduce(try files[..<taken].map { try PartialReader($0) }, to: path)
            files = Array(files[taken...]) + [path]
        }
        let (x, y) = (try MappedFile(expected), try MappedFile(files[0]))
        #expect(x.withBytes { x in y.withBytes { y in x.elementsEqual(y) } })
    }

    @Test("a reduction says how many of its inputs are added up: a copy, and one that another contains, are not")
    func added() throws {
        let folder = try TemporaryFolder()
        let parts = try partials()
        // Shards of one stratum, whose sections meet.
        let files = try [0, 2, 4].enumerated().map { try run.file(parts[$1], at: folder.path.appending("\($0)")) }
        let pair = folder.path.appending("pair")
        #expect(try reduction().reduce(Array(files[..<2]), to: pair) == 2)
        func reduce(_ readers: [PartialReader]) throws -> Int { try reduction().reduce(readers, to: folder.path.appending("sum")) }
        #expect(try reduce([files[0], PartialReader(folder.path.appending("0"))]) == 1)
        #expect(try reduce([PartialReader(pair), files[0], files[1]]) == 1)
        #expect(try reduce([PartialReader(pair), files[0], files[2]]) == 2)
    }

    @Test("merged sums are the sums of all rows, entry for entry")
    func entries() throws {
        let folder = try TemporaryFolder()
        let parts = try partials()
        let readers = try parts.enumerated().map { try run.file($1, at: folder.path.appending("\($0)")) }
        try reduction().reduce(readers, to: folder.path.appending("all"))
        let merged = try PartialReader(folder.path.appending("all"))
        #expect(merged.sections.filter { $0.key.kind == .block }.count == 2 * run.layout.blocks.count)
        for entry in merged.sections where entry.key.kind == .block {
            guard case .block(let sums) = try merged.read(entry, shape: run.shape) else { continue }
            let inputs = parts.flatMap(\.blocks).filter { $0.block == sums.block && $0.stratum == sums.stratum }
            #expect(inputs.count == 4 && sums.tokens == inputs.reduce(0) { $0 + $1.tokens })
            for tile in sums.tiles.indices {
                for place in 0..<sums.tiles[tile].count {
                    #expect(sums.tiles[tile][place] == inputs.reduce(0) { $0 + $1.tiles[tile][place] })
                }
            }
            for column in 0..<sums.rows.columns {
                #expect(sums.rows.second[column] == inputs.reduce(0) { $0 + $1.rows.second[column] })
            }
        }
    }

    @Test("asked to stop, a merge ends between sections and leaves the output as it was")
    func stopped() throws {
        struct Stopped: Error, Equatable {}
        let folder = try TemporaryFolder()
        let readers = try partials().prefix(2).enumerated().map { try run.file($1, at: folder.path.appending("\($0)")) }
        let path = folder.path.appending("sum")
        try DurableFile.replace(path, with: "old")
        var asked = 0
        try PartialReduction(shape: run.shape, plan: run.plan, team: ThreadTeam(count: 1))
            .reduce(readers, to: folder.path.appending("other")) { asked += 1 }
        #expect(asked > 1)
        for stop in 1...asked {
            var calls = 0
            #expect(throws: Stopped()) {
                try PartialReduction(shape: run.shape, plan: run.plan, team: ThreadTeam(count: 1)).reduce(readers, to: path) {
                    calls += 1
                    if calls == stop { throw Stopped() }
                }
            }
            #expect(calls == stop)
            #expect(try MappedFile(path).withBytes { $0.elementsEqual("old".utf8) })
        }
    }

    @Test("merging widens where 32 bits are not certain to hold the sum")
    func widening() throws {
        let settings = AccumulationSettings(chunk: 16, tile: 4, resolutionExponent: -10)
        let loud: @Sendable (Int, Int, Int, Int, Float) -> Float = { row, _, _, _, value in row >= 6 ? value * 150 : value }
        let run = SyntheticRun(
            models: [SyntheticSource(id: "a", widths: [4], change: loud), SyntheticSource(id: "b", widths: [4], change: loud)],
            features: nil,
            settings: settings)
        let calibration = try run.calibration()
        let folder = try TemporaryFolder()
        // Each shard fits into 32 bits, forty of them do not.
        let parts = try (0..<60).map { try run.partial(shard: $0, rows: [$0 + 6], calibration: calibration) }
        #expect(parts.allSatisfy { $0.blocks.allSatisfy { $0.tiles.allSatisfy { $0.width == .int32 } } })
        let readers = try parts.enumerated().map { try run.file($1, at: folder.path.appending("\($0)")) }
        try PartialReduction(shape: run.shape, plan: run.plan, team: ThreadTeam(count: 1)).reduce(readers, to: folder.path.appending("all"))
        let merged = try PartialReader(folder.path.appending("all"))
        var wide = 0
        for entry in merged.sections where entry.key.kind == .block {
            guard case .block(let sums) = try merged.read(entry, shape: run.shape) else { continue }
            for tile in sums.tiles.indices {
                wide += sums.tiles[tile].width == .int64 ? 1 : 0
                for place in 0..<sums.tiles[tile].count {
                    let expected = parts.reduce(Int64(0)) { total, part in
                        total + (part.blocks.first { $0.block == sums.block }?.tiles[tile][place] ?? 0)
                    }
                    #expect(sums.tiles[tile][place] == expected)
                }
            }
        }
        #expect(wide > 0)
    }

    @Test("a contained copy with equal checksums is dropped")
    func contained() throws {
        let folder = try TemporaryFolder()
        let readers = try partials().prefix(4).enumerated().map { try run.file($1, at: folder.path.appending("\($0)")) }
        try reduction().reduce(readers, to: folder.path.appending("all"))
        let all = try PartialReader(folder.path.appending("all"))
        try reduction().reduce([readers[2], all, readers[0], readers[2]], to: folder.path.appending("again"))
        let (x, y) = (try MappedFile(all.path), try MappedFile(folder.path.appending("again")))
        #expect(x.withBytes { x in y.withBytes { y in x.elementsEqual(y) } })
    }

    @Test("inputs that overlap without one containing the other are refused")
    func overlap() throws {
        let folder = try TemporaryFolder()
        let readers = try partials().enumerated().map { try run.file($1, at: folder.path.appending("\($0)")) }
        try reduction().reduce([readers[0], readers[2]], to: folder.path.appending("x"))
        try reduction().reduce([readers[2], readers[4]], to: folder.path.appending("y"))
        let inputs = [try PartialReader(folder.path.appending("x")), try PartialReader(folder.path.appending("y"))]
        #expect(throws: StatisticsError.overlap(block: "a.0_a.0.r0", shards: [2])) {
            try reduction().reduce(inputs, to: folder.path.appending("z"))
        }
        #expect(!Folder.holdsFile(folder.path.appending("z")))
    }

    @Test("two copies of a shard with other integers are reported with their workers")
    func disagreement() throws {
        let folder = try TemporaryFolder()
        let calibration = try run.calibration()
        let honest = try run.file(
            try run.partial(shard: 1, rows: [1, 2], calibration: calibration, worker: "x"), at: folder.path.appending("x"))
        let wrong = try run.file(
            try run.partial(shard: 1, rows: [1, 3], calibration: calibration, worker: "y"), at: folder.path.appending("y"))
        #expect(throws: StatisticsError.disagreement(block: "a.0_a.0.r0", shard: 1, workers: ["x", "y"])) {
            try reduction().reduce([honest, wrong], to: folder.path.appending("z"))
        }
    }

    @Test("a partial of another plan is refused")
    func otherPlan() throws {
        let folder = try TemporaryFolder()
        let reader = try run.file(try run.partial(shard: 0, rows: [1]), at: folder.path.appending("x"))
        let other = Digest(of: "another plan")
        #expect(throws: StatisticsError.otherPlan(file: reader.path, expected: other.hex, found: run.plan.hex)) {
            try PartialReduction(shape: run.shape, plan: other, team: ThreadTeam(count: 1)).reduce([reader], to: folder.path.appending("z"))
        }
    }
}
