import Statistics

/// The factors that turn sums of weighted covariances of replicates into correlations over each set of replicates.
///
/// With x_r(i,k) from ``PooledColumns/weigh(_:replicate:rows:columns:scale:)``, scaled by 1/σ_i:
///
///     ρ_s(i,k) = outer_s,i · (Σ_{r∈s} x_r(i,k) − shift_s,i · columnShift_s,k) · inverse_s,k
///
/// outer = σ_i / (σ_s,i share_s), shift = share_s δ_s,i / σ_i; for the columns δ_s,k and 1/σ_s,k. The second factor of an entry does not
/// depend on the row's scale, so the largest entry of a row is found before `outer` is applied.
enum SetFactors {
    /// The rows' side: `[sets, rows]` each.
    struct Rows: Sendable {
        let outer: Scratch<Float>
        let shift: Scratch<Float>

        init(_ rows: PooledColumns, sets: [ReplicateSet]) {
            outer = Scratch(sets.count * rows.count, repeating: 0)
            shift = Scratch(sets.count * rows.count, repeating: 0)
            for (s, set) in sets.enumerated() {
                let share = rows.share(of: set)
                guard share > 0 else { continue }
                let moments = rows.moments(over: set)
                for i in 0..<rows.count where moments.deviation[i] > 0 {
                    outer.pointer[s * rows.count + i] = Float(rows.deviation[i] / (moments.deviation[i] * share))
                    shift.pointer[s * rows.count + i] = Float(share * moments.shift[i] / rows.deviation[i])
                }
            }
        }
    }

    /// The columns' side: `[sets, columns]` each.
    struct Columns: Sendable {
        let shift: Scratch<Float>
        let inverse: Scratch<Float>

        /// Of the columns as they are.
        init(_ columns: PooledColumns, sets: [ReplicateSet]) {
            shift = Scratch(sets.count * columns.count, repeating: 0)
            inverse = Scratch(sets.count * columns.count, repeating: 0)
            for (s, set) in sets.enumerated() {
                let moments = columns.moments(over: set)
                for j in 0..<columns.count where moments.deviation[j] > 0 {
                    shift.pointer[s * columns.count + j] = Float(moments.shift[j])
                    inverse.pointer[s * columns.count + j] = Float(1 / moments.deviation[j])
                }
            }
        }

        /// Of rotated columns.
        ///
        /// - Parameters:
        ///   - inverse: 1/σ of the rotated columns over each set, `[sets, columns]`.
        ///   - shifts: the rotated δ_r, `[replicates, columns]`.
        init(inverse: Scratch<Float>, shifts: UnsafePointer<Float>, columns: PooledColumns, sets: [ReplicateSet]) {
            self.inverse = inverse
            shift = Scratch(sets.count * columns.count, repeating: 0)
            for (s, set) in sets.enumerated() {
                let share = columns.share(of: set)
                guard share > 0 else { continue }
                for k in 0..<columns.count {
                    var sum = 0.0
                    for r in columns.weights.indices where set.contains(r) {
                        sum += columns.weights[r] * Double(shifts[r * columns.count + k])
                    }
                    shift.pointer[s * columns.count + k] = Float(sum / share)
                }
            }
        }
    }
}
