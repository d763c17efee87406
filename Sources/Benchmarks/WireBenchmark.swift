import Foundation
import Kernels
import Pipeline
import Statistics
import Storage
import SystemPackage

/// The entries of real partials as they are sent and staged, against their empirical entropy, and the speed of coding them with their
/// checksums: the demo's models on its text, and GPT-2 small with random weights.
struct WireBenchmark {
    private let configuration: BenchmarkConfiguration
    private let tokens: Int
    private let shape: RandomJob.Shape
    /// Entries whose entropy is counted and that are coded for the clock: enough for a second, and for an entropy that does not depend
    /// on their number.
    private static let entryLimit = 24 << 20

    init(_ configuration: BenchmarkConfiguration, tokens: Int? = nil, shape: RandomJob.Shape? = nil) {
        self.configuration = configuration
        self.tokens = tokens ?? configuration.size(quick: 16_384, full: 32_768)
        self.shape =
            shape
            ?? RandomJob.Shape(models: 2, layers: 1, width: 768, rows: configuration.size(quick: 16, full: 64), context: 512)
    }

    /// What was found: the larger of the ratios is the one that counts, which here is a cost.
    func measure() throws -> (lines: [BenchmarkLine], ratio: Double?) {
        let demo = try demoLines()
        let job = try RandomJob(shape)
        let random = try withExtendedLifetime(job) {
            try lines("random GPT-2", of: try job.partial(threads: configuration.team.count), in: job.run)
        }
        let all = demo + random
        return (all, all.filter { $0.unit == Self.size }.compactMap(\.ratio).max())
    }

    /// What the names of lines begin with.
    static let entries = "entries on the wire", encoding = "encoding them"
    private static let size = "B/entry", speed = "MB/s"

    private func demoLines() throws -> [BenchmarkLine] {
        guard let file = configuration.demo else {
            return [.skipped("\(Self.entries), demo", unit: Self.size, because: "configs/demo.yaml was not found")]
        }
        let scratch = try ScratchFolder()
        var demo = try Configuration.load(file)
        demo.tokens = .tokens(tokens)
        // One shard, so that its partial has the most tokens that the time is enough for.
        demo.shard = .tokens(tokens)
        demo.replicates = 2
        demo.matrices = .none
        let run = RunFolder(scratch.path.appending("run"))
        return try withExtendedLifetime(scratch) {
            let partial = try RealPartial.compute(
                demo, in: run, to: scratch.path.appending("partial"), threads: configuration.team.count)
            return try lines("demo", of: partial, in: run)
        }
    }

    private func lines(_ name: String, of path: FilePath, in run: RunFolder) throws -> [BenchmarkLine] {
        let shape = try RunPlan.read(run.plan).shape
        let reader = try PartialReader(path)
        var entropy = EntryEntropy()
        var tiles: [TileSums] = []
        var stored = 0
        for entry in reader.sections where entry.key.kind == .block && entropy.count < Self.entryLimit {
            guard case .block(let sums) = try reader.read(entry, shape: shape) else { continue }
            for (tile, piece) in zip(sums.tiles, entry.pieces.dropFirst(2)) {
                entropy.add((0..<tile.count).lazy.map { tile[$0] })
                stored += piece.length
            }
            tiles += sums.tiles
        }
        let entries = Double(max(entropy.count, 1))
        let (bytes, floor) = (Double(stored) / entries, entropy.bytes)
        let coding = try Coding(tiles)
        let tokens = reader.sections.first?.tokens ?? 0
        return [
            BenchmarkLine(
                "\(Self.entries), \(name)", value: bytes, unit: Self.size, against: .limit("entropy", floor), ratio: bytes / floor,
                note: "entropy \(floor.rounded(to: 3)) bytes, of \(entropy.count) entries over \(tokens) tokens"),
            BenchmarkLine(
                "\(Self.encoding), \(name), one core", value: coding.encoding, unit: Self.speed, residual: coding.isExact ? 0 : 1,
                tolerance: 0, note: "of raw entries, checksums included"),
            BenchmarkLine(
                "decoding them, \(name), one core", value: coding.decoding, unit: Self.speed, residual: coding.isExact ? 0 : 1,
                tolerance: 0,
                note: "of raw entries, checksums included"),
        ]
    }

    /// Coding tiles on one core, there and back.
    private struct Coding {
        /// Megabytes of raw entries a second, medians of rounds.
        let encoding: Double, decoding: Double
        /// Whether what came back is what went in.
        let isExact: Bool

        init(_ tiles: [TileSums]) throws {
            let megabytes = Double(tiles.reduce(0) { $0 + $1.bytes.count }) / 1e6
            let largest = tiles.map(\.bytes.count).max() ?? 0
            let decoded = UnsafeMutableRawBufferPointer.allocate(byteCount: max(largest, 1), alignment: 64)
            defer { decoded.deallocate() }
            var seconds = (encoding: [Double](), decoding: [Double]())
            var isExact = true
            // The first round warms up.
            for round in 0...3 {
                var (encoding, decoding) = (0.0, 0.0)
                for tile in tiles {
                    var stored: [UInt8] = []
                    var checksum = Digest(of: stored)
                    encoding += try PairedTimes.seconds {
                        stored = try IntegerPlanes.compress(tile.bytes, width: tile.width)
                        checksum = Digest(of: stored)
                    }
                    let target = UnsafeMutableRawBufferPointer(rebasing: decoded[..<tile.bytes.count])
                    decoding += try PairedTimes.seconds {
                        isExact = isExact && Digest(of: stored) == checksum
                        try stored.withUnsafeBytes { try IntegerPlanes.decompress($0, into: target, width: tile.width) }
                    }
                    isExact = isExact && target.elementsEqual(tile.bytes)
                }
                guard round > 0 else { continue }
                seconds.encoding.append(encoding)
                seconds.decoding.append(decoding)
            }
            encoding = megabytes / PairedTimes.median(seconds.encoding)
            decoding = megabytes / PairedTimes.median(seconds.decoding)
            self.isExact = isExact
        }
    }
}
