import Kernels
import Models

/// The heads of a layer as factors for composition scores: for each kind a matrix M with ‖M ŵ‖ the score of a unit vector ŵ.
///
/// W_QK = W_Q W_Kᵀ and W_OV = W_V W_O are `[d_model, d_model]` of the rank of a head. With W_Kᵀ W_K = RᵀR, ‖W_QKᵀ ŵ‖ = ‖R W_Qᵀ ŵ‖: so
/// M = R W_Qᵀ / ‖W_QK‖ is `[head width, d_model]`, and the large matrices are never made.
struct HeadFactors: Sendable {
    /// Queries, keys, values and outputs, head after head: `[heads · head width, d_model]` each, which is `[d_model, d_model]`.
    private let matrices: [CompositionKind: FloatBuffer]

    /// The factors of a kind.
    subscript(kind: CompositionKind) -> FloatBuffer? { matrices[kind] }

    /// About the bytes of a layer's factors.
    static func bytes(width: Int) -> Int { 4 * CompositionKind.allCases.count * width * width }

    /// The factors of some kinds.
    init(_ attention: ProcessedWeights.Attention, kinds: [CompositionKind], heads: Int, width: Int, team: ThreadTeam) throws {
        let headWidth = width / heads
        let matrices = Dictionary(uniqueKeysWithValues: kinds.map { ($0, FloatBuffer(count: width * width)) })
        try team.forEach(heads) { head, _ in
            func part(_ index: Int) -> Scratch<Double> {
                Self.rows(attention.queryKeyValue.pointer + (index * width + head * headWidth) * width, count: headWidth * width)
            }
            let output = Self.rows(attention.output.pointer + head * headWidth * width, count: headWidth * width)
            for kind in kinds {
                guard let target = matrices[kind] else { continue }
                let (read, other) =
                    switch kind {
                    case .query: (part(0), part(1))
                    case .key: (part(1), part(0))
                    case .value: (part(2), output)
                    case .output: (output, part(2))
                    }
                Self.factor(read, by: other, rows: headWidth, width: width, into: target.pointer + head * headWidth * width)
            }
        }
        self.matrices = matrices
    }

    private static func rows(_ values: UnsafePointer<Float>, count: Int) -> Scratch<Double> {
        let rows = Scratch<Double>(count, repeating: 0)
        for index in 0..<count { rows.pointer[index] = Double(values[index]) }
        return rows
    }

    /// R · read over its Frobenius norm, with RᵀR = other · otherᵀ.
    private static func factor(
        _ read: Scratch<Double>, by other: Scratch<Double>, rows: Int, width: Int, into target: UnsafeMutablePointer<Float>
    ) {
        let (squares, product) = (Scratch<Double>(rows * rows, repeating: 0), Scratch<Double>(rows * width, repeating: 0))
        Gemm.multiply(
            rows, rows, width, other.pointer, lda: width, other.pointer, ldb: width, transposeB: true, into: squares.pointer, ldc: rows)
        triangulate(squares.pointer, order: rows)
        Gemm.multiply(
            rows, width, rows, squares.pointer, lda: rows, transposeA: true, read.pointer, ldb: width, into: product.pointer, ldc: width)
        var sum = 0.0
        for index in 0..<rows * width { sum += product.pointer[index] * product.pointer[index] }
        let norm = sum.squareRoot()
        for index in 0..<rows * width { target[index] = norm > 0 ? Float(product.pointer[index] / norm) : 0 }
    }

    /// Cholesky's lower triangle of a matrix that has no negative eigenvalue, in its place; a direction without length has a column of zeros.
    private static func triangulate(_ matrix: UnsafeMutablePointer<Double>, order: Int) {
        var largest = 0.0
        for index in 0..<order { largest = max(largest, matrix[index * order + index]) }
        for column in 0..<order {
            var pivot = matrix[column * order + column]
            for k in 0..<column { pivot -= matrix[column * order + k] * matrix[column * order + k] }
            // What is left of a row that depends on those before is rounding.
            let root = pivot > 1e-14 * largest ? pivot.squareRoot() : 0
            for row in 0..<order {
                guard row > column else {
                    matrix[row * order + column] = row == column ? root : 0
                    continue
                }
                var value = matrix[row * order + column]
                for k in 0..<column { value -= matrix[row * order + k] * matrix[column * order + k] }
                matrix[row * order + column] = root > 0 ? value / root : 0
            }
        }
    }
}
