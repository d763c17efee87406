import Statistics

/// The largest correlation of each row over each set of replicates, from the weighted covariances of single replicates.
///
/// A set's covariance is a sum, so one product with a rotation for each replicate serves all sets (DESIGN, idea 5).
struct PooledMaxima {
    /// Rows and columns of a tile: four replicates' tiles of this size stay in the cache.
    static let tile = 256

    let rowCount: Int
    let columnCount: Int
    /// The replicates that are not empty of each set.
    let members: [[Int]]
    let rowFactors: SetFactors.Rows
    /// Whether the largest is that by absolute value.
    let areSignsArbitrary: Bool
    private let sum: Scratch<Float>

    init(
        rowCount: Int, columnCount: Int, sets: [ReplicateSet], weights: [Double], rowFactors: SetFactors.Rows,
        areSignsArbitrary: Bool = false
    ) {
        self.rowCount = rowCount
        self.columnCount = columnCount
        members = sets.map { set in weights.indices.filter { set.contains($0) && weights[$0] > 0 } }
        self.rowFactors = rowFactors
        self.areSignsArbitrary = areSignsArbitrary
        sum = Scratch(max(columnCount, Self.tile), repeating: 0)
    }

    /// Takes a tile into account.
    ///
    /// - Parameters:
    ///   - tiles: one for each replicate, row-major with `stride`.
    ///   - rows: the block's rows that the tile covers.
    ///   - columns: the block's columns that the tile covers.
    ///   - maxima: the largest values so far without the factor `outer`, `[sets, rowCount]`.
    func take(
        _ tiles: [UnsafePointer<Float>], stride: Int, rows: Range<Int>, columns: Range<Int>, factors: SetFactors.Columns,
        maxima: UnsafeMutablePointer<Float>
    ) {
        for (s, members) in members.enumerated() where !members.isEmpty {
            let parts = members.map { tiles[$0] }
            let columnShift = factors.shift.pointer + s * columnCount + columns.lowerBound
            let inverse = factors.inverse.pointer + s * columnCount + columns.lowerBound
            for i in rows {
                let entry = s * rowCount + i
                combine(
                    parts, from: (i - rows.lowerBound) * stride, count: columns.count, rowShift: rowFactors.shift.pointer[entry],
                    columnShift: columnShift, inverse: inverse)
                let largest = largest(sum.pointer, count: columns.count)
                if largest > maxima[entry] { maxima[entry] = largest }
            }
        }
    }

    /// Applies the factor that was left out; rows without variance and empty sets get 0.
    func finish(_ maxima: UnsafeMutablePointer<Float>) {
        for entry in 0..<members.count * rowCount {
            let outer = rowFactors.outer.pointer[entry]
            maxima[entry] = outer > 0 ? maxima[entry] * outer : 0
        }
    }

    /// One row of correlations over one set, without the factor `outer`, in a buffer that the next call overwrites.
    func row(_ i: Int, set s: Int, of parts: [UnsafePointer<Float>], factors: SetFactors.Columns) -> UnsafePointer<Float> {
        combine(
            members[s].map { parts[$0] }, from: i * columnCount, count: columnCount, rowShift: rowFactors.shift.pointer[s * rowCount + i],
            columnShift: factors.shift.pointer + s * columnCount, inverse: factors.inverse.pointer + s * columnCount)
        return UnsafePointer(sum.pointer)
    }

    private func combine(
        _ parts: [UnsafePointer<Float>], from start: Int, count: Int, rowShift: Float, columnShift: UnsafePointer<Float>,
        inverse: UnsafePointer<Float>
    ) {
        let sum = sum.pointer
        let a = parts[0] + start
        // The usual numbers of replicates in one loop each; the order of the additions is the same in all of them.
        switch parts.count {
        case 1:
            for k in 0..<count { sum[k] = (a[k] - rowShift * columnShift[k]) * inverse[k] }
        case 2:
            let b = parts[1] + start
            for k in 0..<count { sum[k] = ((a[k] + b[k]) - rowShift * columnShift[k]) * inverse[k] }
        case 3:
            let b = parts[1] + start
            let c = parts[2] + start
            for k in 0..<count { sum[k] = ((a[k] + b[k] + c[k]) - rowShift * columnShift[k]) * inverse[k] }
        default:
            for k in 0..<count { sum[k] = a[k] }
            for part in parts.dropFirst() {
                let b = part + start
                for k in 0..<count { sum[k] += b[k] }
            }
            for k in 0..<count { sum[k] = (sum[k] - rowShift * columnShift[k]) * inverse[k] }
        }
    }

    /// The largest of some correlations of a row, or the largest absolute value of them.
    func largest(_ values: UnsafePointer<Float>, count: Int) -> Float {
        areSignsArbitrary ? Self.largestSize(values, count: count) : Self.maximum(values, count: count)
    }

    /// The largest absolute value of some numbers that are not NaN.
    static func largestSize(_ values: UnsafePointer<Float>, count: Int) -> Float {
        var lanes = SIMD16<Float>(repeating: 0)
        let whole = count / 16 * 16
        for start in stride(from: 0, to: whole, by: 16) {
            let next = UnsafeRawPointer(values + start).loadUnaligned(as: SIMD16<Float>.self)
            let size = next.replacing(with: -next, where: next .< 0)
            lanes.replace(with: size, where: size .> lanes)
        }
        var largest: Float = 0
        for lane in 0..<16 where lanes[lane] > largest { largest = lanes[lane] }
        for k in whole..<count where abs(values[k]) > largest { largest = abs(values[k]) }
        return largest
    }

    /// The largest of some numbers that are not NaN, in a number of lanes that the compiler can keep in vector registers.
    static func maximum(_ values: UnsafePointer<Float>, count: Int) -> Float {
        var lanes = SIMD16<Float>(repeating: -.infinity)
        let whole = count / 16 * 16
        for start in stride(from: 0, to: whole, by: 16) {
            let next = UnsafeRawPointer(values + start).loadUnaligned(as: SIMD16<Float>.self)
            lanes.replace(with: next, where: next .> lanes)
        }
        var largest = -Float.infinity
        for lane in 0..<16 where lanes[lane] > largest { largest = lanes[lane] }
        for k in whole..<count where values[k] > largest { largest = values[k] }
        return largest
    }
}
