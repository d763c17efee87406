import Kernels

/// Compares two layers by the correlations of their neurons, in float64 (SPEC 12).
///
/// All measures are functions of the covariances of the two layers. Canonical correlations and explained variance do not depend on the
/// neurons' scales, so their directions come from standardised neurons, for which rounding matters least; what is explained is weighted by
/// the neurons' variances. Neurons without variance have correlation 0 and count as neurons.
///
/// ```swift
/// let comparison = LayerComparison(measures: [.cka, .assignment])
/// let similarity = try comparison.similarity(of: a, and: b, correlations: correlations)
/// ```
public struct LayerComparison: Sendable {
    private let measures: Set<SimilarityMeasure>

    /// A comparison by some measures.
    public init(measures: Set<SimilarityMeasure>) { self.measures = measures }

    /// The bytes that a comparison takes besides the layers: the correlations and two matrices of their size.
    public static func bytes(rows: Int, columns: Int) -> Int { 3 * 8 * rows * columns }

    /// How alike two layers are.
    ///
    /// - Parameters:
    ///   - rows: the first layer.
    ///   - columns: the second layer.
    ///   - correlations: of the first one's neurons with the second one's, `[rows, columns]`, row-major.
    ///   - check: asked again and again; what it throws ends the work.
    /// - Throws: `KernelsError.notConverged`, what `check` throws.
    public func similarity(
        of rows: LayerGeometry, and columns: LayerGeometry, correlations: UnsafePointer<Double>, check: () throws -> Void = {}
    ) throws -> LayerSimilarity {
        var similarity = LayerSimilarity()
        let count = rows.neurons * columns.neurons
        guard count > 0 else { return similarity }
        if measures.contains(.softMatching) { similarity.softMatching = softMatching(rows, columns, correlations) }
        if measures.contains(.assignment) {
            similarity.assignment =
                try NeuronAssignment(maximising: correlations, rows: rows.neurons, columns: columns.neurons, check: check).mean
        }
        guard rows.trace > 0, columns.trace > 0 else { return similarity }
        if measures.contains(.cka) { similarity.cka = alignment(rows, columns, correlations) }
        try check()
        if measures.contains(.procrustes) { similarity.procrustes = try procrustes(rows, columns, correlations) }
        guard measures.contains(where: \.needsBasis), rows.basis != nil, columns.basis != nil else { return similarity }
        try check()
        try compareDirections(rows, columns, correlations, into: &similarity, check: check)
        return similarity
    }

    private func softMatching(_ rows: LayerGeometry, _ columns: LayerGeometry, _ correlations: UnsafePointer<Double>) -> Double {
        var best = [Double](repeating: -.infinity, count: columns.neurons)
        var sum = 0.0
        for row in 0..<rows.neurons {
            let line = correlations + row * columns.neurons
            var highest = -Double.infinity
            for column in 0..<columns.neurons {
                highest = max(highest, line[column])
                best[column] = max(best[column], line[column])
            }
            sum += highest
        }
        return (sum / Double(rows.neurons) + best.reduce(0, +) / Double(columns.neurons)) / 2
    }

    private func alignment(_ rows: LayerGeometry, _ columns: LayerGeometry, _ correlations: UnsafePointer<Double>) -> Double {
        var square = 0.0
        for row in 0..<rows.neurons {
            let line = correlations + row * columns.neurons
            var sum = 0.0
            for column in 0..<columns.neurons {
                let entry = line[column] * columns.deviations[column]
                sum += entry * entry
            }
            square += sum * rows.deviations[row] * rows.deviations[row]
        }
        return Self.share(square / (rows.norm * columns.norm))
    }

    private func procrustes(_ rows: LayerGeometry, _ columns: LayerGeometry, _ correlations: UnsafePointer<Double>) throws -> Double {
        let covariances = Scratch<Double>(rows.neurons * columns.neurons, repeating: 0)
        for row in 0..<rows.neurons {
            let (line, target) = (correlations + row * columns.neurons, covariances.pointer + row * columns.neurons)
            for column in 0..<columns.neurons { target[column] = line[column] * rows.deviations[row] * columns.deviations[column] }
        }
        let values = try Decomposition.singularValues(destroying: covariances.pointer, rows: rows.neurons, columns: columns.neurons)
        return Self.share(values.reduce(0, +) / (rows.trace * columns.trace).squareRoot())
    }

    /// Canonical correlations are the singular values of the correlations between directions of variance 1.
    private func compareDirections(
        _ rows: LayerGeometry, _ columns: LayerGeometry, _ correlations: UnsafePointer<Double>, into similarity: inout LayerSimilarity,
        check: () throws -> Void
    ) throws {
        guard let rowBasis = rows.basis, let columnBasis = columns.basis, let rowRank = rows.rank, let columnRank = columns.rank else {
            return
        }
        let (m, n) = (rows.neurons, columns.neurons)
        // [rowRank, n], later [m, columnRank]: neither is larger than the correlations.
        let projected = Scratch<Double>(m * n, repeating: 0)
        Gemm.multiply(rowRank, n, m, rowBasis.pointer, lda: m, correlations, ldb: n, into: projected.pointer, ldc: n)
        if measures.contains(.regression) {
            var sum = 0.0
            for column in 0..<n {
                var explained = 0.0
                for direction in 0..<rowRank {
                    let entry = projected.pointer[direction * n + column]
                    explained += entry * entry
                }
                sum += explained * columns.deviations[column] * columns.deviations[column]
            }
            similarity.explainedOfColumns = Self.share(sum / columns.trace)
        }
        if measures.contains(.cca) {
            try check()
            let between = Scratch<Double>(rowRank * columnRank, repeating: 0)
            Gemm.multiply(
                rowRank, columnRank, n, projected.pointer, lda: n, columnBasis.pointer, ldb: n, transposeB: true, into: between.pointer,
                ldc: max(1, columnRank))
            let values = try Decomposition.singularValues(destroying: between.pointer, rows: rowRank, columns: columnRank)
            // Rounding may leave a little more than 1.
            similarity.cca = values.isEmpty ? nil : values.reduce(0) { $0 + min($1, 1) } / Double(values.count)
        }
        guard measures.contains(.regression) else { return }
        try check()
        Gemm.multiply(
            m, columnRank, n, correlations, lda: n, columnBasis.pointer, ldb: n, transposeB: true, into: projected.pointer,
            ldc: max(1, columnRank))
        var sum = 0.0
        for row in 0..<m {
            var explained = 0.0
            for direction in 0..<columnRank {
                let entry = projected.pointer[row * columnRank + direction]
                explained += entry * entry
            }
            sum += explained * rows.deviations[row] * rows.deviations[row]
        }
        similarity.explainedOfRows = Self.share(sum / rows.trace)
    }

    /// What is between 0 and 1 but for rounding.
    private static func share(_ value: Double) -> Double { min(1, max(0, value)) }
}
