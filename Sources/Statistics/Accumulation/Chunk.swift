import CKernels
import Kernels

/// One chunk of standardised activations: the counted tokens of a stretch of rows, for every column group that is wanted.
///
/// Valid only during the call that it is passed to.
struct Chunk {
    /// Counted tokens in the chunk.
    let tokens: Int
    /// The layout's groups that are present.
    let groups: [Int]
    /// z, `[tokens, columns]`, row-major; indexed by the layout's group.
    let values: [Int: UnsafePointer<Float>]
    /// The corpus row of each token.
    let rows: ArraySlice<Int32>
    /// The position of each token in its row.
    let positions: ArraySlice<Int32>
    let layout: StatisticsLayout
    let team: ThreadTeam

    /// Adds the chunk's power sums to `sums`, which is indexed like `groups`.
    ///
    /// - Parameter take: is given each group's place and float64 sums, Σz, Σz², Σz³, Σz⁴ of its columns, once they are known to be finite.
    /// - Throws: `StatisticsError.activationNotFinite` with the first such row, `.columnTooLarge`.
    func addPowerSums(
        to sums: inout [PowerSums], take: (_ place: Int, _ sums: UnsafePointer<Double>) -> Void = { _, _ in }
    ) throws {
        let widths = groups.map { layout.groups[$0].columns }
        let scratch = UncheckedSendable(widths.map { UnsafeMutablePointer<Double>.allocate(capacity: 4 * max($0, 1)) })
        defer { for pointer in scratch.value { pointer.deallocate() } }
        let values = UncheckedSendable(self.groups.map { self.values[$0] })
        let tokens = tokens
        try team.forEach(groups.count) { item, _ in
            guard let z = values.value[item] else { return }
            let columns = widths[item]
            let sums = scratch.value[item]
            sums.initialize(repeating: 0, count: 4 * columns)
            un_power_sums(z, columns, tokens, columns, sums, sums + columns, sums + 2 * columns, sums + 3 * columns)
        }
        for item in groups.indices {
            if let (column, power) = sums[item].add(chunk: scratch.value[item]) {
                throw fault(
                    group: groups[item], column: column, power: power, sum: scratch.value[item][(power - 1) * widths[item] + column])
            }
            take(item, scratch.value[item])
        }
    }

    /// Says what is wrong with a column whose power sums cannot be kept.
    private func fault(group: Int, column: Int, power: Int, sum: Double) -> StatisticsError {
        let named = layout.groups[group]
        if let z = values[group] {
            for token in 0..<tokens where !z[token * named.columns + column].isFinite {
                return .activationNotFinite(
                    source: named.source, layer: named.layer, column: column, row: Int(rows[rows.startIndex + token]))
            }
        }
        return .columnTooLarge(source: named.source, layer: named.layer, column: column, power: power, sum: sum)
    }
}
