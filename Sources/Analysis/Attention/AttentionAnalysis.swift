import Kernels
import Models

/// Finds neurons that switch heads off or on, by weights alone (SPEC 8, paper, section 5.3), and how neurons and heads are connected (SPEC 9).
///
/// A head that has nothing to do attends to the first token of a row. A neuron that writes along W_Q k_BOS makes it do so: it is switched off.
/// Each neuron's score is set beside those of random unit vectors.
///
/// ```swift
/// let analysis = AttentionAnalysis(weights, token: 50256, team: team)
/// let findings = try analysis.run()                    // the ranking
/// let findings = try analysis.run { scores in … }      // and all scores, layer by layer
/// ```
public struct AttentionAnalysis: Sendable {
    /// Pairs of a neuron and a head that are ranked unless something else is said.
    public static let usualLength = 1_000
    /// Random directions whose scores the null has.
    public static let samples = 10_000
    /// Neurons that a thread takes at a time.
    private static let panel = 256
    /// Layers whose factors are kept instead of being made again for each layer of neurons take at most this much together.
    private static let keptBytes = 256 << 20

    private let weights: ProcessedWeights
    private let token: Int
    private let length: Int
    private let isWanted: (@Sendable (NeuronHead) -> Bool)?
    private let seed: UInt64
    private let team: ThreadTeam
    private let check: @Sendable () throws -> Void

    /// - Parameters:
    ///   - token: what rows of the corpus begin with.
    ///   - length: of the ranking.
    ///   - isWanted: which pairs are ranked; nil: all.
    ///   - seed: of the random directions.
    ///   - team: threads; the result does not depend on them.
    ///   - check: asked again and again, from any thread; what it throws ends the work.
    public init(
        _ weights: ProcessedWeights, token: Int, length: Int = usualLength, isWanted: (@Sendable (NeuronHead) -> Bool)? = nil,
        seed: UInt64 = 0, team: ThreadTeam, check: @escaping @Sendable () throws -> Void = {}
    ) {
        self.weights = weights
        self.token = token
        self.length = length
        self.isWanted = isWanted
        self.seed = seed
        self.team = team
        self.check = check
    }

    /// The bytes that the analysis takes, scores that are written among them.
    static func bytes(layers: Int, neurons: Int, width: Int, heads: Int, vocabulary: Int, threads: Int) -> Int {
        // A layer's attention and a part of it as it is stored; the MLP, with one matrix as it is stored.
        let (attention, mlp) = (7 * width * width * 4, 3 * neurons * width * 4)
        // The first token's keys need the embedding.
        let keys = vocabulary * width * 4
        let factors = HeadFactors.bytes(width: width)
        let kept = min(layers, keptBytes / max(1, factors)) * factors + factors
        // The scores, and the archive's copies of them.
        let scores = 2 * neurons * layers * AttentionArchive.bytesPerNeuron(heads: heads)
        // A product with a panel of neurons; of a head what it reads, what it is weighed by and their product.
        let thread = panel * width * 4 + 3 * (width / max(1, heads)) * width * 8
        let null = samples * (width * 4 + threads * (4 + 2 * 8))
        return attention + mlp + layers * heads * width * 4 + max(keys, kept + scores + threads * thread, null)
    }

    /// How many times `take` of ``run(take:)`` is called: once a layer.
    public var steps: Int { weights.configuration.layers }

    /// Computes the scores of all neurons and heads.
    ///
    /// - Parameter take: is given the scores of each layer's neurons, composition scores among them; nil: only the ranking is computed.
    /// - Throws: `ModelError.tokenOutsideVocabulary`, `CheckpointError`, what `check` and `take` throw.
    public func run(take: ((HeadScores) throws -> Void)? = nil) throws -> AttentionFindings {
        let configuration = weights.configuration
        let (layers, heads, neurons, width) = (configuration.layers, configuration.heads, configuration.mlpWidth, configuration.width)
        let keys = try BeginningKeys(weights, token: token, check: check)
        let directions = try HeadDirections(weights, keys: keys, check: check)
        let threshold = AttentionFindings.threshold(pairs: neurons * heads * layers * (layers - 1) / 2, width: width)
        var (ranking, kept) = (AttentionRanking(length: length, isWanted: isWanted), [Int: HeadFactors]())
        var (strongest, strongestScores, switches) = ([Int32](), [Float](), 0)
        for layer in 0..<layers {
            try check()
            let mlp = try weights.mlp(ofLayer: layer)
            let output = try UnitRows(scaling: mlp.output, width: width, team: team)
            var scores = HeadScores(
                layer: layer, neurons: neurons, layers: layers, heads: heads, kinds: take == nil ? [] : CompositionKind.allCases)
            try score(output, directions: directions, into: &scores)
            if take != nil {
                try compose(output, try UnitRows(scaling: mlp.input, width: width, team: team), kept: &kept, into: &scores)
            }
            ranking.take(scores)
            for neuron in 0..<neurons {
                let row = scores.score[neuron * layers * heads..<(neuron + 1) * layers * heads]
                switches += row.indices.count { index in
                    abs(Double(row[index])) > threshold * directions.norms[index - row.startIndex]
                }
                let best = Self.strongest(row)
                strongest += best.map { Int32($0 < 0 ? -1 : $0 - row.startIndex) }
                strongestScores += best.map { $0 < 0 ? .nan : row[$0] }
            }
            try take?(scores)
        }
        let ranked = ranking.finish().map { entry -> AttentionNeuron in
            let (neuron, place) = (entry.place / (layers * heads), entry.place % (layers * heads))
            let norm = directions.norms[place]
            let cosine = norm > 0 ? Double(entry.score) / norm : 0
            return AttentionNeuron(
                pair: NeuronHead(layer: entry.layer, neuron: neuron, headLayer: place / heads, head: place % heads), score: entry.score,
                cosine: cosine, effect: abs(cosine) > threshold ? (cosine > 0 ? .deactivation : .activation) : nil,
                composition: entry.composition)
        }
        return AttentionFindings(
            token: token, layers: layers, heads: heads, ranking: ranked, strongest: strongest, strongestScores: strongestScores,
            nullQuantiles: try null(directions), norms: directions.norms, threshold: threshold, switches: switches)
    }

    /// The places of a row's largest numbers by absolute value, the largest first, −1 where there are fewer.
    private static func strongest(_ row: ArraySlice<Float>) -> [Int] {
        var best: [Int] = []
        for index in row.indices where row[index].isFinite {
            let place = best.firstIndex { abs(row[index]) > abs(row[$0]) } ?? best.count
            guard place < AttentionFindings.strongestHeads else { continue }
            best.insert(index, at: place)
            if best.count > AttentionFindings.strongestHeads { best.removeLast() }
        }
        return best + Array(repeating: -1, count: AttentionFindings.strongestHeads - best.count)
    }

    /// Products of unit vectors with the directions of later heads.
    private func score(_ output: UnitRows, directions: HeadDirections, into scores: inout HeadScores) throws {
        let first = (scores.layer + 1) * scores.heads
        let (all, width) = (scores.layers * scores.heads, output.width)
        guard first < all else { return }
        let later = all - first
        try scores.score.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            let target = SharedScores(pointer: base)
            try panels(output.rows) { start, count, _ in
                try check()
                Gemm.multiply(
                    count, later, width, output.values.pointer + start * width, lda: width, directions.values.pointer + first * width,
                    ldb: width, transposeB: true, into: target.pointer + start * all + first, ldc: all)
            }
        }
    }

    /// The composition scores of a layer's neurons with all heads that they are connected with.
    private func compose(
        _ output: UnitRows, _ input: UnitRows, kept: inout [Int: HeadFactors], into scores: inout HeadScores
    ) throws {
        let configuration = weights.configuration
        let (width, heads, all) = (configuration.width, scores.heads, scores.layers * scores.heads)
        let room = Self.keptBytes / HeadFactors.bytes(width: width)
        let products = (0..<team.count).map { _ in FloatBuffer(count: Self.panel * width) }
        for headLayer in 0..<configuration.layers {
            let isLater = headLayer > scores.layer
            if headLayer == scores.layer, configuration.isParallel { continue }
            let kinds: [CompositionKind] = isLater ? [.query, .key, .value] : [.output]
            let isKept = headLayer < room
            let factors =
                try kept[headLayer]
                ?? HeadFactors(
                    try weights.attention(ofLayer: headLayer), kinds: isKept ? CompositionKind.allCases : kinds, heads: heads,
                    width: width, team: team)
            if isKept { kept[headLayer] = factors }
            for kind in kinds {
                guard let matrix = factors[kind] else { continue }
                let rows = isLater ? output : input
                try scores.composition[kind]?.withUnsafeMutableBufferPointer { buffer in
                    guard let base = buffer.baseAddress else { return }
                    let target = SharedScores(pointer: base + headLayer * heads)
                    try panels(rows.rows) { start, count, thread in
                        try check()
                        let product = products[thread].pointer
                        Gemm.multiply(
                            count, width, width, rows.values.pointer + start * width, lda: width, matrix.pointer, ldb: width,
                            transposeB: true, into: product, ldc: width)
                        Self.lengths(
                            product, rows: count, heads: heads, headWidth: width / heads, into: target.pointer + start * all, stride: all)
                    }
                }
            }
        }
    }

    /// The length of each head's part of each row.
    private static func lengths(
        _ product: UnsafePointer<Float>, rows: Int, heads: Int, headWidth: Int, into target: UnsafeMutablePointer<Float>, stride: Int
    ) {
        for row in 0..<rows {
            for head in 0..<heads {
                let part = product + (row * heads + head) * headWidth
                var squares = 0.0
                for d in 0..<headWidth { squares += Double(part[d]) * Double(part[d]) }
                target[row * stride + head] = Float(squares.squareRoot())
            }
        }
    }

    /// The quantiles of random directions' scores for each head.
    private func null(_ directions: HeadDirections) throws -> [Double] {
        let width = directions.width
        let random = try RandomDirections(seed: seed, purpose: "attention").rows(Self.samples, width: width, team: team)
        return try team.map(directions.norms.count) { head, _ in
            try check()
            let scores = FloatBuffer(count: Self.samples)
            Gemm.multiply(
                Self.samples, 1, width, random.pointer, lda: width, directions.values.pointer + head * width, ldb: width, transposeB: true,
                into: scores.pointer, ldc: 1)
            let sorted = SortedFigures(scores.values.map(Double.init))
            return AttentionFindings.nullShares.map(sorted.quantile)
        }.flatMap { $0 }
    }

    private func panels(_ rows: Int, _ body: @Sendable (_ start: Int, _ count: Int, _ thread: Int) throws -> Void) throws {
        try team.forEach((rows + Self.panel - 1) / Self.panel) { item, thread in
            try body(item * Self.panel, min(Self.panel, rows - item * Self.panel), thread)
        }
    }
}
