import Kernels

/// U₀: the directions of the residual stream that the unembedding maps to almost nothing, the left singular vectors of W_U's smallest singular
/// values.
///
/// What an entropy neuron writes lies there: it moves the scale of the final norm, and hardly any logit (arXiv 2406.16254). The vectors are the
/// eigenvectors of W_U W_Uᵀ `[d_model, d_model]`, in float64, which need the vocabulary's vectors only once.
///
/// Rows of a processed W_U have no mean, so the direction of all ones is always one of U₀; processed w_out have nothing of it.
public struct NullSpace: Sendable {
    /// How many directions there are.
    public let dimensions: Int
    /// d_model.
    public let width: Int
    /// Their singular values, rising.
    public let singularValues: [Double]
    /// The largest singular value of W_U.
    public let largest: Double
    /// Unit vectors, `[dimensions, width]`.
    private let vectors: [Double]

    /// The paper's number of directions, for models as wide as GPT-2.
    public static let usualDimensions = 40
    /// Of narrower models as large a share as 40 is of 640, so that random directions keep most of their length outside; at least 2, of which
    /// one is that of all ones.
    public static func dimensions(width: Int) -> Int { min(width, max(2, min(usualDimensions, width / 16))) }

    /// Tokens that are in memory as float64 together.
    private static let run = 2_048
    /// Rows of W_U W_Uᵀ that a thread takes at a time. Both numbers decide bits.
    private static let panel = 64
    /// Random directions that neurons are set beside.
    public static let randomDirections = 10_000
    /// Below this share of the largest eigenvalue one is that of an exact zero: a vocabulary smaller than d_model has many.
    private static let zero = 1e-12

    /// The bytes that the search takes: W_U, some of it in float64, W_U W_Uᵀ twice and what its eigenvectors need; after it random directions.
    static func bytes(width: Int, vocabulary: Int) -> Int {
        max(vocabulary * width * 4 + (run + 4 * width) * width * 8, randomDirections * width * 4)
    }

    /// Finds the directions.
    ///
    /// - Parameters:
    ///   - unembedding: W_U, a row for each token: `[vocabulary, width]`.
    ///   - dimensions: how many; more where W_U maps more than these to nothing, all of which are equal.
    ///   - team: threads that share the products; the bits do not depend on how many.
    ///   - check: asked again and again; what it throws ends the work.
    /// - Throws: `AnalysisError.configuration` for more directions than `width`; `KernelsError.notConverged`.
    public init(
        of unembedding: FloatBuffer, width: Int, dimensions: Int? = nil, team: ThreadTeam, check: () throws -> Void = {}
    ) throws {
        let wanted = dimensions ?? Self.dimensions(width: width)
        guard (1...width).contains(wanted) else {
            throw AnalysisError.configuration(setting: "null space", reason: "there are \(width) directions, not \(wanted)")
        }
        var vectors = try Self.squares(of: unembedding, width: width, team: team, check: check)
        let values = try vectors.withUnsafeMutableBufferPointer { matrix in
            try matrix.baseAddress.map { try Decomposition.eigenvalues(replacing: $0, size: width) } ?? []
        }
        let top = max(0, values.last ?? 0)
        let zeros = values.count { $0 <= Self.zero * top }
        let count = max(wanted, zeros)
        self.dimensions = count
        self.width = width
        singularValues = values.prefix(count).map { max(0, $0).squareRoot() }
        largest = top.squareRoot()
        self.vectors = Array(vectors.prefix(count * width))
    }

    /// The lower triangle of W_U W_Uᵀ, `[width, width]`.
    static func squares(
        of unembedding: FloatBuffer, width: Int, team: ThreadTeam, check: () throws -> Void
    ) throws -> [Double] {
        let tokens = unembedding.count / width
        let (values, sums) = (Scratch<Double>(min(run, tokens) * width, repeating: 0), Scratch<Double>(width * width, repeating: 0))
        for first in stride(from: 0, to: tokens, by: run) {
            try check()
            let count = min(run, tokens - first)
            for index in 0..<count * width { values.pointer[index] = Double(unembedding.pointer[first * width + index]) }
            try team.forEach((width + panel - 1) / panel) { item, _ in
                let row = item * panel
                let rows = min(panel, width - row)
                Gemm.multiply(
                    rows, row + rows, count, values.pointer + row, lda: width, transposeA: true, values.pointer, ldb: width,
                    into: sums.pointer + row * width, ldc: width, accumulate: true)
            }
        }
        return sums.array
    }

    /// ‖U₀ᵀ v‖ / ‖v‖: 1 for a vector that lies in U₀, 0 for one that is orthogonal to it, NaN for one of length 0.
    public func fraction(of vector: UnsafePointer<Float>) -> Double {
        var (length, inside) = (0.0, 0.0)
        for d in 0..<width { length += Double(vector[d]) * Double(vector[d]) }
        guard length > 0 else { return .nan }
        vectors.withUnsafeBufferPointer { vectors in
            for direction in 0..<dimensions {
                var sum = 0.0
                for d in 0..<width { sum += vectors[direction * width + d] * Double(vector[d]) }
                inside += sum * sum
            }
        }
        return min(1, (inside / length).squareRoot())
    }

    /// The fractions of some vectors.
    ///
    /// - Parameter rows: `[vectors, width]`.
    func fractions(of rows: FloatBuffer, team: ThreadTeam) throws -> [Double] {
        try team.map(rows.count / width) { row, _ in fraction(of: rows.pointer + row * width) }
    }

    /// The fraction that a share of random directions without mean stays below: those of processed w_out have none.
    ///
    /// - Parameters:
    ///   - share: from 0 to 1.
    ///   - samples: how many directions are drawn.
    public func randomQuantile(_ share: Double, samples: Int = randomDirections, seed: UInt64 = 0, team: ThreadTeam) throws -> Double {
        let rows = try RandomDirections(seed: seed, purpose: "null space").rows(samples, width: width, team: team)
        return SortedFigures(try fractions(of: rows, team: team)).quantile(share)
    }
}
