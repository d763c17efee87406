import CKernels
import Kernels

/// The cosines of neurons with all tokens of a vocabulary, which are too many to be kept: each tile of them is scanned as soon as it is
/// multiplied, and what remains is a ``CosineSummary``.
///
/// A thread takes a panel of neurons and goes through the vocabulary, tile by tile: so the bits do not depend on how many threads there
/// are, and memory is a tile and the ends of a panel for each of them. The vocabulary's vectors are shared.
public struct CosineScan: Sendable {
    /// Neurons of a panel: enough for a product near full speed, few enough that a layer has work for many threads.
    public static let panel = 256
    /// Tokens of a tile: with the panel a mebibyte of cosines, which stay in the second-level cache.
    public static let tile = 1_024

    private let tokens: UnitRows
    private let tail: Int

    /// The bytes that a thread takes: a tile of cosines, and of a panel's neurons sums, histogram and both ends.
    static func bytes(tail: Int) -> Int {
        panel * tile * 4 + panel * (4 * 8 + CorrelationHistogram.bins * 4 + 2 * 2 * TailKeys.capacity(length: tail) * 4) + tile * 4
    }

    /// Scans against a vocabulary.
    ///
    /// - Parameters:
    ///   - tokens: the tokens' vectors.
    ///   - tail: how many tokens are kept at each end; all where there are fewer.
    public init(tokens: UnitRows, tail: Int) {
        self.tokens = tokens
        self.tail = min(max(0, tail), tokens.rows)
    }

    /// The summary of some neurons.
    ///
    /// - Parameters:
    ///   - neurons: their vectors, as wide as the tokens'.
    ///   - check: asked before each panel, from any thread; what it throws ends the work.
    /// - Throws: `AnalysisError.sizeMismatch`, what `check` throws.
    public func summary(
        of neurons: UnitRows, team: ThreadTeam, check: @escaping @Sendable () throws -> Void = {}
    ) throws -> CosineSummary {
        guard neurons.width == tokens.width else {
            throw AnalysisError.sizeMismatch(what: "the width of the neurons' vectors", expected: tokens.width, found: neurons.width)
        }
        let products = (0..<team.count).map { _ in FloatBuffer(count: Self.panel * Self.tile) }
        let parts = try team.map((neurons.rows + Self.panel - 1) / Self.panel) { panel, thread in
            try check()
            let first = panel * Self.panel
            return scan(neurons, first: first, count: min(Self.panel, neurons.rows - first), product: products[thread].pointer)
        }
        return CosineSummary(tokens: .concatenating(parts.map(\.tokens)), moments: parts.flatMap(\.moments))
    }

    private func scan(_ neurons: UnitRows, first: Int, count: Int, product: UnsafeMutablePointer<Float>) -> CosineSummary {
        let width = tokens.width
        let bins = CorrelationHistogram.bins
        let sums = Scratch<Double>(4 * count, repeating: 0)
        let counts = Scratch<UInt32>(bins * count, repeating: 0)
        let selected = Scratch<Int32>(Self.tile, repeating: 0)
        let room = 2 * TailKeys.capacity(length: tail)
        let keys = Scratch<Int32>(2 * count * room, repeating: 0)
        func ends(_ end: PartnerTail.End, from place: Int) -> [TailKeys] {
            (0..<count).map { TailKeys(end, length: tail, room: keys.pointer + (place + $0) * room) }
        }
        var (highest, lowest) = (ends(.highest, from: 0), ends(.lowest, from: count))
        for start in stride(from: 0, to: tokens.rows, by: Self.tile) {
            let tile = min(Self.tile, tokens.rows - start)
            Gemm.multiply(
                count, tile, width, neurons.values.pointer + first * width, lda: width, tokens.values.pointer + start * width, ldb: width,
                transposeB: true, into: product, ldc: tile)
            for neuron in 0..<count {
                let row = product + neuron * tile
                let found = un_scan_row(
                    row, tile, lowest[neuron].threshold, highest[neuron].threshold, sums.pointer + 4 * neuron,
                    counts.pointer + bins * neuron, selected.pointer)
                let chosen = UnsafeBufferPointer(start: selected.pointer, count: found)
                highest[neuron].take(row, chosen: chosen, start: Int32(truncatingIfNeeded: start))
                lowest[neuron].take(row, chosen: chosen, start: Int32(truncatingIfNeeded: start))
            }
        }
        let table = PartnerTable(
            highest: collect(.highest, from: &highest), lowest: collect(.lowest, from: &lowest), histogram: counts.array)
        let moments = (0..<count).map { neuron in
            neurons.norms[first + neuron] == 0
                ? CosineMoments.none : CosineMoments(sums: (0..<4).map { sums.pointer[4 * neuron + $0] }, count: tokens.rows)
        }
        return CosineSummary(tokens: table, moments: moments)
    }

    private func collect(_ end: PartnerTail.End, from rows: inout [TailKeys]) -> PartnerTail {
        var values = [Float](repeating: 0, count: rows.count * tail)
        var places = [Int32](repeating: -1, count: rows.count * tail)
        values.withUnsafeMutableBufferPointer { values in
            places.withUnsafeMutableBufferPointer { places in
                guard let values = values.baseAddress, let places = places.baseAddress else { return }
                for neuron in rows.indices { rows[neuron].finish(values: values + neuron * tail, places: places + neuron * tail) }
            }
        }
        return PartnerTail(end, neurons: rows.count, length: tail, values: values, partners: places)
    }
}
