import Kernels
import Models

/// How far what a vector of the residual stream does to the logits goes along the centred log token frequencies: the correlation of the two
/// over the vocabulary (SPEC 7).
///
/// Logits of all tokens are not computed for it: the correlation is w · W_U f / (‖f‖ √(wᵀ W_U W_Uᵀ w)), with f the centred log frequencies
/// and W_U centred over the vocabulary, in float64.
struct FrequencyDirection: Sendable {
    private let width: Int
    /// W_U f, `[width]`, f of length 1.
    private let direction: [Double]
    /// The covariances of W_U's rows times the vocabulary, `[width, width]`.
    private let squares: [Double]

    /// Vectors that are multiplied with the squares together. Decides bits.
    private static let panel = 64

    /// - Parameters:
    ///   - unembedding: W_U, a row for each token: `[vocabulary, width]`.
    ///   - unigram: over that vocabulary.
    ///   - team: threads that share the products; the bits do not depend on how many.
    ///   - check: asked again and again; what it throws ends the work.
    init(
        of unembedding: FloatBuffer, width: Int, unigram: UnigramDistribution, team: ThreadTeam, check: () throws -> Void = {}
    ) throws {
        let vocabulary = unembedding.count / width
        var (direction, means) = ([Double](repeating: 0, count: width), [Double](repeating: 0, count: width))
        for token in 0..<vocabulary {
            let (row, weight) = (unembedding.pointer + token * width, unigram.centredLogarithm(of: token))
            for d in 0..<width {
                direction[d] += weight * Double(row[d])
                means[d] += Double(row[d]) / Double(vocabulary)
            }
        }
        var squares = try NullSpace.squares(of: unembedding, width: width, team: team, check: check)
        for d in 0..<width {
            for e in 0...d {
                let value = squares[d * width + e] - Double(vocabulary) * means[d] * means[e]
                squares[d * width + e] = value
                squares[e * width + d] = value
            }
        }
        (self.width, self.direction, self.squares) = (width, direction, squares)
    }

    /// The correlations of some vectors; NaN for one that moves no logit, or all alike.
    ///
    /// - Parameter rows: `[vectors, width]`.
    func correlations(of rows: FloatBuffer, team: ThreadTeam) throws -> [Double] {
        let count = rows.count / width
        let panels = try team.map((count + Self.panel - 1) / Self.panel) { item, _ in
            let first = item * Self.panel
            let vectors = min(Self.panel, count - first)
            let (values, products) = (
                Scratch<Double>(vectors * width, repeating: 0), Scratch<Double>(vectors * width, repeating: 0)
            )
            for index in 0..<vectors * width { values.pointer[index] = Double(rows.pointer[first * width + index]) }
            squares.withUnsafeBufferPointer { squares in
                guard let squares = squares.baseAddress else { return }
                Gemm.multiply(
                    vectors, width, width, values.pointer, lda: width, squares, ldb: width, into: products.pointer, ldc: width)
            }
            return (0..<vectors).map { vector in
                let (value, product) = (values.pointer + vector * width, products.pointer + vector * width)
                var (along, square) = (0.0, 0.0)
                for d in 0..<width {
                    along += value[d] * direction[d]
                    square += value[d] * product[d]
                }
                return square > 0 ? min(max(along / square.squareRoot(), -1), 1) : .nan
            }
        }
        return panels.flatMap { $0 }
    }
}
