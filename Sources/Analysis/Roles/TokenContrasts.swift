import Kernels
import Models

/// The contrasts of some neurons' effects on the vocabulary, for each feature of the tokens.
///
/// A neuron's cosines are computed once more: only neurons with a role need them.
struct TokenContrasts {
    /// The tokens of each feature, one list behind the other.
    private let tokens: [Int32]
    /// Where each feature's list begins, and the end of the last.
    private let starts: [Int]
    /// The tokens that both the features and the vocabulary know.
    private let vocabulary: Int

    /// Neurons whose cosines are in memory together.
    private static let panel = 32

    /// The bytes that a thread takes: a panel's vectors and their cosines with all tokens.
    static func bytes(width: Int, of vocabulary: Int) -> Int { panel * (width + vocabulary) * 4 }

    /// - Parameters:
    ///   - features: of the tokens that the tokenizer has; a model may have more.
    ///   - vocabulary: how many the model has.
    init(_ features: FeatureTable, vocabulary: Int) {
        let known = min(vocabulary, features.vocabularySize)
        var (tokens, starts): ([Int32], [Int]) = ([], [0])
        for feature in features.columns.indices {
            for token in 0..<known where features.holds(feature, for: token) { tokens.append(Int32(token)) }
            starts.append(tokens.count)
        }
        (self.tokens, self.starts, self.vocabulary) = (tokens, starts, known)
    }

    /// For each of some neurons the contrast of each feature; nil for a feature that holds for all tokens or for none.
    ///
    /// - Parameters:
    ///   - places: the neurons among `neurons`.
    ///   - unembedding: the tokens' vectors.
    ///   - check: asked before each panel of neurons.
    func contrasts(
        of places: [Int], among neurons: UnitRows, unembedding: UnitRows, team: ThreadTeam,
        check: @escaping @Sendable () throws -> Void = {}
    ) throws -> [[TokenContrast?]] {
        let (width, tile) = (neurons.width, CosineScan.tile)
        let panels = stride(from: 0, to: places.count, by: Self.panel).map { Array(places[$0..<min($0 + Self.panel, places.count)]) }
        return try team.map(panels.count) { panel, _ in
            try check()
            let rows = neurons.rows(panels[panel])
            let count = panels[panel].count
            let cosines = FloatBuffer(count: count * vocabulary)
            for start in stride(from: 0, to: vocabulary, by: tile) {
                Gemm.multiply(
                    count, min(tile, vocabulary - start), width, rows.pointer, lda: width, unembedding.values.pointer + start * width,
                    ldb: width, transposeB: true, into: cosines.pointer + start, ldc: vocabulary)
            }
            return (0..<count).map { contrasts(of: cosines.pointer + $0 * vocabulary) }
        }.flatMap { $0 }
    }

    private func contrasts(of cosines: UnsafePointer<Float>) -> [TokenContrast?] {
        var (sum, squares) = (0.0, 0.0)
        for token in 0..<vocabulary {
            let value = Double(cosines[token])
            sum += value
            squares += value * value
        }
        return tokens.withUnsafeBufferPointer { tokens in
            zip(starts, starts.dropFirst()).map { start, end in
                var (with, withSquares) = (0.0, 0.0)
                for place in start..<end {
                    let value = Double(cosines[Int(tokens[place])])
                    with += value
                    withSquares += value * value
                }
                return TokenContrast(tokens: end - start, sum: with, squares: withSquares, all: (vocabulary, sum, squares))
            }
        }
    }
}
