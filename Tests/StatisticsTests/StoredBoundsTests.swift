import Kernels
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Statistics

/// What a crafted partial may say, and what it must not lead to: sums that wrap, or the end of the process.
@Suite("Bounds of stored sums")
struct StoredBoundsTests {
    private let run = SyntheticRun(models: [SyntheticSource(id: "a", widths: [5])], features: nil)

    private func sums() throws -> BlockSums {
        try #require(try run.partial(shard: 0, rows: [1, 2, 3, 4]).blocks.first)
    }

    private func file(_ sums: BlockSums, in folder: TemporaryFolder) throws -> PartialReader {
        try run.file(Partial(blocks: [sums], examples: []), at: folder.path.appending("p"))
    }

    private func isRefused(_ sums: BlockSums) throws -> Bool {
        let reader = try file(sums, in: try TemporaryFolder())
        do {
            _ = try reader.read(reader.sections[0], shape: run.shape)
            return false
        } catch StatisticsError.malformed {
            return true
        }
    }

    @Test("power sums that so many chunks and tokens cannot have are refused")
    func powerSums() throws {
        #expect(try !isRefused(try sums()))
        let noChunks = try sums()
        noChunks.chunks = 0
        #expect(try isRefused(noChunks))
        for power in [\PowerSums.first, \.second, \.third, \.fourth] {
            for sign in [Int128(1), -1] {
                let large = try sums()
                large.columns[keyPath: power][2] = sign * (Int128(large.chunks) << 100 + 1)
                #expect(try isRefused(large))
            }
        }
        let negative = try sums()
        negative.rows.fourth[0] = -1
        #expect(try isRefused(negative))
        for count in [-1, Int64.max] {
            let positive = try sums()
            positive.rows.positive[1] = count
            #expect(try isRefused(positive))
        }
    }

    @Test("the largest sums that chunks can have are let in, in their order")
    func largest() throws {
        var sums = PowerSums(columns: 2)
        sums.first = [Int128(3) << 100, -(Int128(3) << 100)]
        sums.fourth = [Int128(3) << 100, 0]
        var raw: [UInt8] = []
        sums.forEachRun { raw.append(contentsOf: $0) }
        #expect(PowerSums(stored: raw, columns: 2, chunks: 3, tokens: 0) == sums)
        #expect(PowerSums(stored: raw, columns: 2, chunks: 2, tokens: 0) == nil)
    }

    @Test("adding up more chunks than 128 bits are certain to hold is refused")
    func tooManyChunks() throws {
        let (x, y) = (try sums(), try sums())
        x.chunks = PowerSums.largestChunkCount - y.chunks
        #expect {
            try x.add(y, tiling: run.shape.tiling(of: 0), settings: run.settings, from: "p", name: "a.0_a.0")
        } throws: {
            guard case StatisticsError.tooManyChunks("a.0_a.0", _, _) = $0 else { return false }
            return true
        }
    }

    @Test("a tile that is wider than its power sums ask for is refused, in a file and in a sum")
    func width() throws {
        let wide = try sums()
        wide.tiles[1].widen()
        #expect(try isRefused(wide))
        let narrow = try sums()
        let error = try #require(throws: StatisticsError.self) {
            try narrow.add(wide, tiling: run.shape.tiling(of: 0), settings: run.settings, from: "p", name: "a.0_a.0")
        }
        #expect(error == .malformed(file: "p", section: "a.0_a.0", reason: "tile 1 is wider than its power sums ask for"))
    }

    @Test("entries whose sum over strata passes 64 bits are an error and do not wrap", arguments: [Int64.max / 2 + 1, Int64.min / 2 - 1])
    func overStrata(entry: Int64) throws {
        let sums = try sums()
        sums.tiles[0].widen()
        sums.tiles[0].int64[3] = entry
        let folder = try TemporaryFolder()
        let reader = try file(sums, in: folder)
        let tile = run.shape.tiling(of: 0).tiles[0]
        var entries = [Int64](repeating: 0, count: tile.count)
        func add() throws {
            try entries.withUnsafeMutableBufferPointer { buffer in
                let base = try #require(buffer.baseAddress)
                try reader.addTile(0, of: reader.sections[0], shape: tile, in: run.layout, to: base)
            }
        }
        try add()
        #expect(entries[3] == entry)
        #expect(throws: StatisticsError.productsTooLarge(block: "a.0_a.0.r0", bound: 0x1p63)) { try add() }
    }

    @Test("a group without columns has a calibration without columns")
    func noColumns() {
        #expect(
            CalibrationPass.group(
                from: CalibratedMoments(exact: PowerSums(columns: 0), float: RawSums(columns: 0), tokens: 5), tokens: 5, isBinary: false)
                == .init(mean: [], scale: []))
    }
}
