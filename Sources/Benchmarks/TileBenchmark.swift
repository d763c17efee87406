import CKernels
import Kernels

/// What tile is best: SGEMM over square tiles of a block of 3,072 × 3,072 columns and one chunk of 4,096 tokens, all threads.
struct TileBenchmark {
    private let configuration: BenchmarkConfiguration
    private static let tokens = 4_096
    private static let columns = 3_072

    init(_ configuration: BenchmarkConfiguration) { self.configuration = configuration }

    func lines() throws -> [BenchmarkLine] {
        let edges = configuration.size(quick: [512, 1_024], full: [256, 384, 512, 768, 1_024, 1_536, 3_072])
        var numbers = SeededFloats(seed: 11)
        let a = Self.panel(&numbers)
        let b = Self.panel(&numbers)
        let scratch = (0..<configuration.team.count).map { _ in FloatBuffer(count: (edges.max() ?? 0) * (edges.max() ?? 0)) }
        // Each shape by turns, so that a machine that changes its clock does it for all of them.
        var speeds = [[Double]](repeating: [], count: edges.count)
        for _ in 0..<configuration.size(quick: 2, full: 3) {
            for (index, edge) in edges.enumerated() { speeds[index].append(try gigaflops(edge: edge, a, b, scratch)) }
        }
        return zip(edges, speeds).map { edge, speeds in
            BenchmarkLine(
                "SGEMM, tiles of \(edge) x \(edge)", value: PairedTimes.median(speeds), unit: "GFLOP/s",
                residual: Self.residual(edge: edge, a, b, into: scratch[0]), tolerance: 3e-6)
        }
    }

    /// The largest error of 64 entries of the block's first tile, as that of a correlation: relative to the square root of both columns'
    /// sums of squares.
    private static func residual(edge: Int, _ a: FloatBuffer, _ b: FloatBuffer, into tile: FloatBuffer) -> Double {
        Gemm.multiply(
            edge, edge, tokens, a.pointer, lda: columns, transposeA: true, b.pointer, ldb: columns, into: tile.pointer, ldc: edge)
        var numbers = SeededFloats(seed: 13)
        var largest = LargestDeviation()
        for _ in 0..<64 {
            let row = Int(numbers.nextBits() % UInt64(edge))
            let column = Int(numbers.nextBits() % UInt64(edge))
            var (product, rowSquares, columnSquares) = (0.0, 0.0, 0.0)
            for token in 0..<tokens {
                let (x, y) = (Double(a.pointer[token * columns + row]), Double(b.pointer[token * columns + column]))
                product += x * y
                rowSquares += x * x
                columnSquares += y * y
            }
            largest.add((Double(tile.pointer[row * edge + column]) - product) / (rowSquares * columnSquares).squareRoot())
        }
        return largest.value
    }

    private func gigaflops(edge: Int, _ a: FloatBuffer, _ b: FloatBuffer, _ scratch: [FloatBuffer]) throws -> Double {
        // A multiple of the threads, so that none waits at the end; tiles repeat where the block has fewer.
        let strips = Self.columns / edge
        let team = configuration.team
        let work = configuration.size(quick: 40e9, full: 160e9)
        let operations = 2 * Double(edge) * Double(edge) * Double(Self.tokens)
        let items = max(1, Int(work / operations) / team.count) * team.count
        let seconds = try PairedTimes.seconds {
            try team.forEach(items) { item, thread in
                let tile = item % (strips * strips)
                Gemm.multiply(
                    edge, edge, Self.tokens, a.pointer + tile / strips * edge, lda: Self.columns, transposeA: true,
                    b.pointer + tile % strips * edge, ldb: Self.columns, into: scratch[thread].pointer, ldc: edge)
            }
        }
        return Double(items) * operations / seconds / 1e9
    }

    private static func panel(_ numbers: inout SeededFloats) -> FloatBuffer {
        let panel = FloatBuffer(count: tokens * columns)
        for index in 0..<panel.count { panel.pointer[index] = numbers.next() }
        return panel
    }
}
