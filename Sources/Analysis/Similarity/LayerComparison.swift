import Kernels

/// Compares two layers by the correlations of their neurons, in float64 (SPEC 12).
///
/// All measures are functions of the covariances of the two layers. Canonical correlations and explained variance do not depend on the
/// neurons' scales, so their directions come from standardised neurons, for which rounding matters least; what is explained is weighted by
/// the neurons' variances. Neurons without variance have correlation 0 and count as neurons. Columns that are directions, whose signs are
/// arbitrary, are matched by |ρ| and by the size of cosines.
///
/// ```swift
/// let comparison = LayerComparison(measures: [.cka, .assignment])
/// let similarity = try comparison.similarity(of: a, and: b, correlations: correlations)
/// ```
public struct LayerComparison: Sendable {
    private let measures: Set<SimilarityMeasure>
    private let areSignsArbitrary: Bool

    /// A comparison by some measures.
    ///
    /// - Parameter areSignsArbitrary: whether columns are directions, which point one way or the other by accident.
    public init(measures: Set<SimilarityMeasure>, areSignsArbitrary: Bool = false) {
        self.measures = measures
        self.areSignsArbitrary = areSignsArbitrary
    }

    /// The bytes that a comparison takes besides the layers: the correlations and two matrices of their size.
    public static func bytes(rows: Int, columns: Int) -> Int { 3 * 8 * rows * columns }

    /// How alike two layers are.
    ///
    /// - Parameters:
    ///   - rows: the first layer.
    ///   - columns: the second layer.
    ///   - correlations: of the first one's neurons with the second one's, `[rows, columns]`, row-major.
    ///   - uncentred: both layers over the tokens of the correlations; without it there are no figures of cosines.
    ///   - check: asked again and again; what it throws ends the work.
    /// - Throws: `KernelsError.notConverged`, what `check` throws.
    public func similarity(
        of rows: LayerGeometry, and columns: LayerGeometry, correlations: UnsafePointer<Double>,
        uncentred: (rows: UncentredColumns, columns: UncentredColumns)? = nil, check: () throws -> Void = {}
    ) throws -> LayerSimilarity {
        var similarity = LayerSimilarity()
        let count = rows.neurons * columns.neurons
        guard count > 0 else { return similarity }
        try match(rows, columns, correlations, uncentred, into: &similarity, check: check)
        guard rows.trace > 0, columns.trace > 0 else { return similarity }
        if measures.contains(.cka) { similarity.cka = alignment(rows, columns, correlations) }
        try check()
        if measures.contains(.procrustes) { similarity.procrustes = try procrustes(rows, columns, correlations) }
        guard measures.contains(where: \.needsBasis), rows.basis != nil, columns.basis != nil else { return similarity }
        try check()
        try compareDirections(rows, columns, correlations, into: &similarity, check: check)
        return similarity
    }

    /// Compares single columns.
    private func match(
        _ rows: LayerGeometry, _ columns: LayerGeometry, _ correlations: UnsafePointer<Double>,
        _ uncentred: (rows: UncentredColumns, columns: UncentredColumns)?, into similarity: inout LayerSimilarity, check: () throws -> Void
    ) throws {
        guard measures.contains(where: \.matchesColumns) else { return }
        let (m, n) = (rows.neurons, columns.neurons)
        let sizes = areSignsArbitrary ? Scratch<Double>(m * n, repeating: 0) : nil
        if let sizes { for index in 0..<m * n { sizes.pointer[index] = abs(correlations[index]) } }
        let strengths = sizes.map { UnsafePointer($0.pointer) } ?? correlations
        let best = MatrixMaxima(in: strengths, rows: m, columns: n)
        if measures.contains(.softMatching) { similarity.softMatching = best.softMatching }
        if measures.contains(.cosine), let uncentred {
            let cosines = Scratch<Double>(m * n, repeating: 0)
            uncentred.rows.writeCosines(with: uncentred.columns, correlations: correlations, into: cosines.pointer)
            if areSignsArbitrary { for index in 0..<m * n { cosines.pointer[index] = abs(cosines.pointer[index]) } }
            let others = MatrixMaxima(in: cosines.pointer, rows: m, columns: n)
            (similarity.cosineOfRows, similarity.cosineOfColumns) = (others.meanOfRows, others.meanOfColumns)
            similarity.cosineMatching = others.softMatching
            similarity.samePartnerOfRows = Self.agreement(best.columnsOfRows, others.columnsOfRows, deviations: rows.deviations)
            similarity.samePartnerOfColumns = Self.agreement(best.rowsOfColumns, others.rowsOfColumns, deviations: columns.deviations)
        }
        if measures.contains(.assignment) {
            similarity.assignment = try NeuronAssignment(maximising: strengths, rows: m, columns: n, check: check).mean
        }
        withExtendedLifetime(sizes) {}
    }

    /// The share of equal partners among neurons that vary; nil where none does.
    private static func agreement(_ partners: [Int], _ others: [Int], deviations: [Double]) -> Double? {
        let varying = deviations.indices.filter { deviations[$0] > 0 }
        guard !varying.isEmpty else { return nil }
        return Double(varying.reduce(0) { $0 + (partners[$1] == others[$1] ? 1 : 0) }) / Double(varying.count)
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
