import Kernels
import Synchronization

/// Which prediction and suppression neurons of a model work on the same tokens: suppression neurons of the last layers take back what
/// prediction neurons before them raise, and neurons of one role often do the same together (paper, sections 5 and 6).
///
/// Two neurons are compared by the cosine of their effects c on the vocabulary, which are the cosines of w_out with every token's unembedding:
/// near -1 the one raises what the other lowers, near 1 they move the same tokens the same way. With U the unembedding's columns of length 1 it is
/// w_out(i) U Uᵀ w_out(j) over the lengths of both effects, so that the vocabulary is gone through once. An ensemble is what is
/// connected by cosines of at least ``bound``, of either sign.
public struct RoleEnsembles: Sendable {
    /// The neurons of the two roles, in order.
    public let neurons: [EnsembleNeuron]

    /// The magnitude from which on a cosine connects two neurons: a quarter of the square of either's effect is then the other's.
    public static let bound: Float = 0.5

    /// Neurons of a panel and of a tile, which decide bits.
    private static let panel = 256, tile = 512

    /// The bytes that the comparison takes.
    ///
    /// - Parameter neurons: of the two roles.
    static func bytes(neurons: Int, width: Int, threads: Int) -> Int {
        // Outputs and effects; squares, and the sums that they are made of twice; sets and, of a panel, links; products.
        2 * neurons * width * 4 + (4 + 2 * 8) * width * width + 2_048 * width * 8 + neurons * 4 * (1 + 5 * threads)
            + threads * panel * tile * 4
    }

    /// Compares neurons.
    ///
    /// - Parameters:
    ///   - findings: of neurons with a role; those of partition neurons are left out.
    ///   - outputs: the w_out of the others, of length 1, `[neurons, width]`; they are scaled where they lie.
    ///   - tokens: the unembedding's columns of length 1, `[vocabulary, width]`.
    ///   - team: threads; the bits do not depend on how many.
    ///   - check: asked again and again, from any thread; what it throws ends the work.
    init(
        of findings: [RoleFinding], outputs: FloatBuffer, tokens: UnitRows, team: ThreadTeam,
        check: @escaping @Sendable () throws -> Void = {}
    ) throws {
        let findings = findings.filter { $0.role != .partition }
        let (count, width) = (findings.count, tokens.width)
        precondition(outputs.count == count * width, "an output of each neuron")
        let effects = try Self.effects(of: outputs, tokens: tokens, team: team, check: check)
        let isPrediction = findings.map { $0.role == .prediction }
        let products = (0..<team.count).map { _ in FloatBuffer(count: Self.panel * Self.tile) }
        // What is connected is the same in whatever order panels are done.
        let sets = Mutex(NeuronSets(count: count))
        let parts = try team.map((count + Self.panel - 1) / Self.panel) { panel, thread in
            try check()
            let (part, links) = Self.scan(
                panel * Self.panel..<min(count, (panel + 1) * Self.panel), of: isPrediction, effects: effects, outputs: outputs,
                width: width, product: products[thread].pointer)
            sets.withLock { for (one, other) in links { _ = $0.join(one, other) } }
            return part
        }
        let numbers = sets.withLock { Self.numbers(of: &$0, neurons: count) }
        let (opposed, allied) = (parts.flatMap(\.opposed), parts.flatMap(\.allied))
        neurons = findings.enumerated().map { index, finding in
            func partner(_ best: Best) -> EnsembleNeuron.Partner? {
                guard best.place >= 0 else { return nil }
                let other = findings[best.place]
                return EnsembleNeuron.Partner(layer: other.layer, neuron: other.neuron, cosine: best.cosine)
            }
            return EnsembleNeuron(
                layer: finding.layer, neuron: finding.neuron, role: finding.role, opposed: partner(opposed[index]),
                allied: partner(allied[index]), ensemble: numbers[index])
        }
    }

    // MARK: Cosines

    /// A neuron's best partner so far.
    private struct Best {
        var place: Int
        var cosine: Float
    }

    /// What a panel of neurons is to all.
    private struct Part {
        var opposed, allied: [Best]
    }

    /// U Uᵀ w_out, and both it and w_out over the length of the neuron's effect: products of one with the other are cosines of effects.
    private static func effects(
        of outputs: FloatBuffer, tokens: UnitRows, team: ThreadTeam, check: @escaping @Sendable () throws -> Void
    ) throws -> FloatBuffer {
        let (width, effects) = (tokens.width, FloatBuffer(count: outputs.count))
        let count = outputs.count / max(1, width)
        guard count > 0 else { return effects }
        let squares = FloatBuffer(count: width * width)
        try NullSpace.squares(of: tokens.values, width: width, team: team, check: check).withUnsafeBufferPointer { lower in
            for row in 0..<width {
                for column in 0...row {
                    squares.pointer[row * width + column] = Float(lower[row * width + column])
                    squares.pointer[column * width + row] = squares.pointer[row * width + column]
                }
            }
        }
        try team.forEach((count + panel - 1) / panel) { item, _ in
            let first = item * panel
            let rows = min(panel, count - first)
            Gemm.multiply(
                rows, width, width, outputs.pointer + first * width, lda: width, squares.pointer, ldb: width,
                into: effects.pointer + first * width, ldc: width)
            for neuron in first..<first + rows {
                let (output, effect) = (outputs.pointer + neuron * width, effects.pointer + neuron * width)
                var square = 0.0
                for d in 0..<width { square += Double(output[d]) * Double(effect[d]) }
                let scale = square > 0 ? 1 / square.squareRoot() : 0
                for d in 0..<width {
                    output[d] = Float(Double(output[d]) * scale)
                    effect[d] = Float(Double(effect[d]) * scale)
                }
            }
        }
        return effects
    }

    /// A panel's neurons against all; with them the pairs that are connected, but for those that others of the panel have connected already.
    private static func scan(
        _ rows: Range<Int>, of isPrediction: [Bool], effects: FloatBuffer, outputs: FloatBuffer, width: Int,
        product: UnsafeMutablePointer<Float>
    ) -> (part: Part, links: [(Int, Int)]) {
        var links: [(Int, Int)] = []
        var part = Part(
            opposed: Array(repeating: Best(place: -1, cosine: .infinity), count: rows.count),
            allied: Array(repeating: Best(place: -1, cosine: -.infinity), count: rows.count))
        var sets = NeuronSets(count: isPrediction.count)
        for start in stride(from: 0, to: isPrediction.count, by: tile) {
            let size = min(tile, isPrediction.count - start)
            Gemm.multiply(
                rows.count, size, width, effects.pointer + rows.lowerBound * width, lda: width, outputs.pointer + start * width, ldb: width,
                transposeB: true, into: product, ldc: size)
            isPrediction.withUnsafeBufferPointer { isPrediction in
                for (row, own) in rows.enumerated() {
                    var (opposed, allied) = (part.opposed[row], part.allied[row])
                    for place in start..<start + size where place != own {
                        let cosine = product[row * size + place - start]
                        if isPrediction[place] != isPrediction[own] {
                            if cosine < opposed.cosine { opposed = Best(place: place, cosine: cosine) }
                        } else if cosine > allied.cosine {
                            allied = Best(place: place, cosine: cosine)
                        }
                        if place > own, abs(cosine) >= bound, sets.join(own, place) { links.append((own, place)) }
                    }
                    (part.opposed[row], part.allied[row]) = (opposed, allied)
                }
            }
        }
        return (part, links)
    }

    /// The ensembles' numbers, by the first neuron of each; nil for a neuron that is linked with none.
    private static func numbers(of sets: inout NeuronSets, neurons: Int) -> [Int?] {
        let firsts = (0..<neurons).map { sets.first(of: $0) }
        let several = Set(firsts.enumerated().filter { $0.offset != $0.element }.map(\.element)).sorted()
        let numbers = Dictionary(uniqueKeysWithValues: several.enumerated().map { ($0.element, $0.offset + 1) })
        return firsts.map { numbers[$0] }
    }
}
