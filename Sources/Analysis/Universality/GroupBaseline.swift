import Kernels
import Statistics

/// The rotations of one column group, and the deviations of the rotated columns over each set of replicates.
struct GroupBaseline: Sendable {
    /// The matrices, each `[columns, columns]`: kind by kind, draw by draw.
    let matrices: [Scratch<Float>]
    /// One over the standard deviation of each rotated column over each set, `[sets, columns]`, for each matrix.
    let inverses: [Scratch<Float>]

    /// Makes the matrices and multiplies the group's own covariances by them.
    ///
    /// (R Σ_s Rᵀ)_kk needs one product for each replicate and matrix: the weighted covariances of single replicates add up to every set's.
    ///
    /// - Parameter check: asked before each replicate and between the products of each matrix; what it throws ends the work.
    init(
        group: Int, model: ModelShape, plan: UniversalityPlan, statistics: any BlockStatistics, team: ThreadTeam,
        check: @escaping @Sendable () throws -> Void
    ) throws {
        let layout = plan.layout
        let size = layout.groups[group].columns
        let sets = plan.design.sets
        guard let block = layout.block(rows: group, columns: group), let layer = model.groups.firstIndex(of: group) else {
            throw AnalysisError.missingBlock(rows: layout.groups[group].name, columns: layout.groups[group].name)
        }
        let replicates = (0..<plan.design.replicates).map { ReplicateSet([$0]) }
        let pooled = PooledColumns(
            whole: try statistics.moments(of: block, over: sets[0]).columns,
            replicates: try replicates.map { try statistics.moments(of: block, over: $0).columns })
        var covariances: [Scratch<Float>?] = []
        for (r, replicate) in replicates.enumerated() {
            try check()
            guard pooled.weights[r] > 0 else {
                covariances.append(nil)
                continue
            }
            let part = Scratch<Float>(size * size, repeating: 0)
            try statistics.correlations(of: block, over: replicate, into: part.pointer)
            PooledColumns.weigh(
                part.pointer, replicate: r, rows: pooled, columns: pooled, scale: Array(repeating: 1, count: size))
            covariances.append(part)
        }
        let rotations = plan.configuration.rotations
        let matrices = (0..<rotations.matrices).map { _ in Scratch<Float>(size * size, repeating: 0) }
        let inverses = (0..<rotations.matrices).map { _ in Scratch<Float>(sets.count * size, repeating: 0) }
        let parts = covariances
        try team.forEach(rotations.matrices) { index, _ in
            try check()
            let kind = rotations.kinds[index / rotations.draws]
            let deviates = NormalDeviates(seed: rotations.seed, model: model.id, layer: layer, draw: index % rotations.draws)
            try Rotation.write(kind, size: size, deviates: deviates, into: matrices[index].pointer, check: check)
            try Self.writeInverses(
                inverses[index].pointer, matrix: matrices[index].pointer, covariances: parts, columns: pooled, sets: sets, check: check)
        }
        self.matrices = matrices
        self.inverses = inverses
    }

    private static func writeInverses(
        _ inverses: UnsafeMutablePointer<Float>, matrix: UnsafePointer<Float>, covariances: [Scratch<Float>?], columns: PooledColumns,
        sets: [ReplicateSet], check: () throws -> Void
    ) throws {
        let size = columns.count
        let replicates = covariances.count
        let panel = min(PooledMaxima.tile, size)
        let product = Scratch<Float>(panel * size, repeating: 0)
        let squares = Scratch<Double>(replicates * size, repeating: 0)
        let shifts = Scratch<Double>(replicates * size, repeating: 0)
        for (r, covariance) in covariances.enumerated() {
            guard let covariance else { continue }
            for start in stride(from: 0, to: size, by: panel) {
                try check()
                let rows = min(panel, size - start)
                let rotation = matrix + start * size
                Gemm.multiply(rows, size, size, rotation, lda: size, covariance.pointer, ldb: size, into: product.pointer, ldc: size)
                for k in 0..<rows {
                    squares.pointer[r * size + start + k] = dot(rotation + k * size, product.pointer + k * size, count: size)
                }
            }
            let shift = Scratch(columns.replicateShifts[r].map { Float($0) }, orEmpty: 0)
            for k in 0..<size { shifts.pointer[r * size + k] = dot(matrix + k * size, shift.pointer, count: size) }
        }
        for (s, set) in sets.enumerated() {
            let share = columns.share(of: set)
            guard share > 0 else { continue }
            for k in 0..<size {
                var square = 0.0
                var shift = 0.0
                for r in 0..<replicates where set.contains(r) {
                    square += squares.pointer[r * size + k]
                    shift += columns.weights[r] * shifts.pointer[r * size + k]
                }
                square /= share
                shift /= share
                let variance = square - shift * shift
                // Float32 products carry seven digits: what is left below is rounding of a layer without variance.
                if variance > 1e-10 * square { inverses[s * size + k] = Float(1 / variance.squareRoot()) }
            }
        }
    }

    /// The scalar product, in float64 and four lanes.
    private static func dot(_ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int) -> Double {
        var lanes = (0.0, 0.0, 0.0, 0.0)
        var j = 0
        while j + 4 <= count {
            lanes.0 += Double(a[j]) * Double(b[j])
            lanes.1 += Double(a[j + 1]) * Double(b[j + 1])
            lanes.2 += Double(a[j + 2]) * Double(b[j + 2])
            lanes.3 += Double(a[j + 3]) * Double(b[j + 3])
            j += 4
        }
        while j < count {
            lanes.0 += Double(a[j]) * Double(b[j])
            j += 1
        }
        return (lanes.0 + lanes.1) + (lanes.2 + lanes.3)
    }
}
