import Kernels

/// The random matrix that rotates one layer of a model: a pure function of kind, seed, model, layer and draw.
///
/// - `gaussian`: row k holds the first n deviates of row k of ``NormalDeviates``, scaled in float64 to length 1, rounded to float32.
/// - `orthogonal`: row k's deviates make the Householder reflection H_k of the coordinates k … n − 1 that maps the vector x of its first
///   n − k deviates onto the k-th axis; the matrix is H_0 H_1 … H_(n−1) D with D = diag(−sign x₀). That is the Q of the QR factorisation of
///   a normal matrix with a positive diagonal in R, so it is uniformly distributed (G. W. Stewart, SIAM J. Numer. Anal. 17, 1980), without
///   factorising anything. It goes through SGEMM, so its bits depend on the kernel family, as those of the correlations do.
enum Rotation {
    /// Reflections that are applied together, as one product with two thin matrices.
    private static let panel = 64

    /// Writes a matrix `[size, size]`, row-major.
    ///
    /// - Parameter check: asked before each panel of rows; what it throws ends the work.
    static func write(
        _ kind: RotationKind, size: Int, deviates: NormalDeviates, into matrix: UnsafeMutablePointer<Float>,
        check: () throws -> Void = {}
    ) throws {
        switch kind {
        case .gaussian: try writeGaussian(size: size, deviates: deviates, into: matrix, check: check)
        case .orthogonal: try writeOrthogonal(size: size, deviates: deviates, into: matrix, check: check)
        }
    }

    private static func writeGaussian(
        size: Int, deviates: NormalDeviates, into matrix: UnsafeMutablePointer<Float>, check: () throws -> Void
    ) throws {
        let row = Scratch<Double>(size, repeating: 0)
        for k in 0..<size {
            if k % panel == 0 { try check() }
            deviates.fill(UnsafeMutableBufferPointer(start: row.pointer, count: size), row: k)
            var square = 0.0
            for j in 0..<size { square += row.pointer[j] * row.pointer[j] }
            let inverse = 1 / square.squareRoot()
            for j in 0..<size { matrix[k * size + j] = Float(row.pointer[j] * inverse) }
        }
    }

    private static func writeOrthogonal(
        size: Int, deviates: NormalDeviates, into matrix: UnsafeMutablePointer<Float>, check: () throws -> Void
    ) throws {
        let vector = Scratch<Double>(size, repeating: 0)
        let signs = Scratch<Float>(size, repeating: 1)
        let reflections = Scratch<Float>(panel * size, repeating: 0)
        let triangle = Scratch<Float>(panel * panel, repeating: 0)
        let projected = Scratch<Float>(panel * size, repeating: 0)
        let combined = Scratch<Float>(panel * size, repeating: 0)
        matrix.update(repeating: 0, count: size * size)

        // From the last panel to the first: then only the part of the matrix below and right of the panel is not trivial yet.
        for start in stride(from: (size - 1) / panel * panel, through: 0, by: -panel) {
            try check()
            let count = min(panel, size - start)
            let width = size - start
            reflections.pointer.update(repeating: 0, count: count * width)
            for p in 0..<count {
                let length = width - p
                signs.pointer[start + p] = writeReflection(
                    UnsafeMutableBufferPointer(start: vector.pointer, count: length), row: start + p, deviates: deviates)
                for j in 0..<length { reflections.pointer[p * width + p + j] = Float(vector.pointer[j]) }
                matrix[(start + p) * size + start + p] = signs.pointer[start + p]
            }
            writeTriangle(triangle.pointer, reflections: reflections.pointer, count: count, width: width)
            let corner = matrix + start * size + start
            Gemm.multiply(count, width, width, reflections.pointer, lda: width, corner, ldb: size, into: projected.pointer, ldc: width)
            Gemm.multiply(
                count, width, count, triangle.pointer, lda: count, projected.pointer, ldb: width, into: combined.pointer, ldc: width)
            Gemm.multiply(
                width, width, count, reflections.pointer, lda: width, transposeA: true, combined.pointer, ldb: width, into: corner,
                ldc: size,
                accumulate: true)
        }
    }

    /// Writes the unit vector v of the reflection I − 2 v vᵀ and returns the diagonal entry of D.
    private static func writeReflection(
        _ vector: UnsafeMutableBufferPointer<Double>, row: Int, deviates: NormalDeviates
    ) -> Float {
        deviates.fill(vector, row: row)
        var square = 0.0
        for value in vector { square += value * value }
        let sign: Double = vector[0] >= 0 ? 1 : -1
        vector[0] += sign * square.squareRoot()
        square = 0
        for value in vector { square += value * value }
        let inverse = 1 / square.squareRoot()
        for j in vector.indices { vector[j] *= inverse }
        return Float(-sign)
    }

    /// Writes −T, `[count, count]`, where H_0 … H_(count−1) = I − V T Vᵀ and T is upper triangular.
    private static func writeTriangle(
        _ triangle: UnsafeMutablePointer<Float>, reflections: UnsafePointer<Float>, count: Int, width: Int
    ) {
        let dots = Scratch<Float>(count * count, repeating: 0)
        Gemm.multiply(
            count, count, width, reflections, lda: width, reflections, ldb: width, transposeB: true, into: dots.pointer, ldc: count)
        let exact = Scratch<Double>(count * count, repeating: 0)
        for j in 0..<count {
            for i in 0..<j {
                var sum = 0.0
                for c in i..<j { sum += exact.pointer[i * count + c] * Double(dots.pointer[c * count + j]) }
                exact.pointer[i * count + j] = -2 * sum
            }
            exact.pointer[j * count + j] = 2
        }
        for entry in 0..<count * count { triangle[entry] = Float(-exact.pointer[entry]) }
    }
}
