import Kernels

/// Finds a layer's neurons among whose weights are closest and most opposed to those of other neurons: all cosines of two layers, scanned tile
/// by tile as soon as they are multiplied.
///
/// A thread takes a panel of neurons and goes through the layer, so the bits do not depend on how many threads there are, and memory is four
/// tiles for each of them.
struct NeighbourScan: Sendable {
    /// Neurons of a panel, and of the layer in a tile: with four products a tile is 2 MiB, which stay in the second-level cache.
    static let panel = 256, tile = 512

    private let input, output: UnitRows

    /// Scans the neurons of a layer.
    ///
    /// - Parameters:
    ///   - input: their w_in.
    ///   - output: their w_out, as many.
    init(input: UnitRows, output: UnitRows) { (self.input, self.output) = (input, output) }

    /// The best partners of some neurons in the layer; a partner is its number there.
    ///
    /// - Parameters:
    ///   - input: the w_in of these neurons.
    ///   - output: their w_out.
    ///   - areSame: whether they are the layer's own neurons, in its order.
    ///   - check: asked before each panel, from any thread; what it throws ends the work.
    func neighbours(
        ofInput input: UnitRows, output: UnitRows, areSame: Bool, team: ThreadTeam, check: @escaping @Sendable () throws -> Void = {}
    ) throws -> LayerNeighbours {
        let pairings = VectorPairing.allCases.count
        let products = (0..<team.count).map { _ in FloatBuffer(count: pairings * Self.panel * Self.tile) }
        let parts = try team.map((input.rows + Self.panel - 1) / Self.panel) { panel, thread in
            try check()
            let first = panel * Self.panel
            return scan(
                input, output, first: first, count: min(Self.panel, input.rows - first), areSame: areSame,
                products: products[thread].pointer)
        }
        var found = LayerNeighbours.concatenating(parts)
        for (place, pairing) in VectorPairing.allCases.enumerated() {
            let norms = pairing.startsWithInput ? input.norms : output.norms
            found.highest[place] = found.highest[place].removing { norms[$0] == 0 }
            found.lowest[place] = found.lowest[place].removing { norms[$0] == 0 }
        }
        return found
    }

    private func scan(
        _ input: UnitRows, _ output: UnitRows, first: Int, count: Int, areSame: Bool, products: UnsafeMutablePointer<Float>
    ) -> LayerNeighbours {
        let width = input.width
        let pairings: [(rows: UnitRows, columns: UnitRows)] = [
            (input, self.input), (input, self.output), (output, self.input), (output, self.output),
        ]
        let highest = pairings.map { _ in Extremes(count, from: -.infinity) }
        let lowest = pairings.map { _ in Extremes(count, from: .infinity) }
        // Of products only those above 0 count.
        let (antipodes, duplicates) = (Extremes(count, from: 0), Extremes(count, from: 0))
        let size = Self.panel * Self.tile
        for start in stride(from: 0, to: self.input.rows, by: Self.tile) {
            let tile = min(Self.tile, self.input.rows - start)
            for (place, pairing) in pairings.enumerated() {
                let product = products + place * size
                Gemm.multiply(
                    count, tile, width, pairing.rows.values.pointer + first * width, lda: width,
                    pairing.columns.values.pointer + start * width, ldb: width, transposeB: true, into: product, ldc: tile)
                if areSame {
                    // No comparison with NaN holds: a neuron is not found as its own partner.
                    for row in 0..<count where (start..<start + tile).contains(first + row) {
                        product[row * tile + first + row - start] = .nan
                    }
                }
                for row in 0..<count {
                    highest[place].takeHighest(product + row * tile, count: tile, start: start, neuron: row)
                    lowest[place].takeLowest(product + row * tile, count: tile, start: start, neuron: row)
                }
            }
            for row in 0..<count {
                let (inputs, outputs) = (products + row * tile, products + (pairings.count - 1) * size + row * tile)
                Extremes.takeProducts(inputs, outputs, count: tile, start: start, neuron: row, antipodes, duplicates)
            }
        }
        return LayerNeighbours(
            highest: highest.map(\.partners), lowest: lowest.map(\.partners), antipodes: antipodes.partners,
            duplicates: duplicates.partners)
    }
}
