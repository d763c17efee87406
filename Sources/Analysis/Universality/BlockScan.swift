/// What one block of correlations says about its rows and about its columns: tails, histograms, power sums, and the entries of equal and
/// of neighbouring index.
struct BlockScan: Sendable {
    /// About the rows, partners are columns.
    let rows: PartnerTable
    /// Σρ, Σρ², Σρ³, Σρ⁴ of each row, `[rows, 4]`.
    let rowSums: [Double]
    /// About the columns, partners are rows.
    let columns: PartnerTable
    /// The same of each column, `[columns, 4]`.
    let columnSums: [Double]

    /// Scans a block.
    ///
    /// - Parameters:
    ///   - correlations: `[rowCount, columnCount]`, row-major, without NaN.
    ///   - firstRow: the index of the first row within its model.
    ///   - firstColumn: the index of the first column within its model.
    ///   - rowTail: how many partners of a row are kept.
    ///   - columnTail: how many partners of a column are kept.
    init(
        _ correlations: UnsafePointer<Float>, rowCount: Int, columnCount: Int, firstRow: Int, firstColumn: Int, rowTail: Int,
        columnTail: Int
    ) {
        let rowHighest = TailBuilder(.highest, neurons: rowCount, length: rowTail)
        let rowLowest = TailBuilder(.lowest, neurons: rowCount, length: rowTail)
        let columnHighest = TailBuilder(.highest, neurons: columnCount, length: columnTail)
        let columnLowest = TailBuilder(.lowest, neurons: columnCount, length: columnTail)
        for i in 0..<rowCount {
            let row = correlations + i * columnCount
            Self.scanTails(row, count: columnCount, neuron: i, firstPartner: firstColumn, highest: rowHighest, lowest: rowLowest)
            let above = columnHighest.thresholds
            let below = columnLowest.thresholds
            let partner = Int32(truncatingIfNeeded: firstRow + i)
            for j in 0..<columnCount {
                let value = row[j]
                if value > above[j] { columnHighest.insert(value, partner: partner, neuron: j) }
                if -value > below[j] { columnLowest.insert(-value, partner: partner, neuron: j) }
            }
        }
        let counts = Self.histograms(correlations, rowCount: rowCount, columnCount: columnCount)
        let sums = Self.powerSums(correlations, rowCount: rowCount, columnCount: columnCount)
        rows = PartnerTable(highest: rowHighest.build(), lowest: rowLowest.build(), histogram: counts.rows)
        columns = PartnerTable(highest: columnHighest.build(), lowest: columnLowest.build(), histogram: counts.columns)
        rowSums = sums.rows
        columnSums = sums.columns
    }

    /// The scan of a block that is not there.
    init(withoutPartners rowCount: Int, columnCount: Int, rowTail: Int, columnTail: Int) {
        rows = PartnerTable(neurons: rowCount, tail: rowTail)
        rowSums = Array(repeating: 0, count: 4 * rowCount)
        columns = PartnerTable(neurons: columnCount, tail: columnTail)
        columnSums = Array(repeating: 0, count: 4 * columnCount)
    }

    private static func scanTails(
        _ row: UnsafePointer<Float>, count: Int, neuron: Int, firstPartner: Int, highest: TailBuilder, lowest: TailBuilder
    ) {
        var above = -Float.infinity
        var below = -Float.infinity
        for j in 0..<count {
            let value = row[j]
            if value > above {
                highest.insert(value, partner: Int32(truncatingIfNeeded: firstPartner + j), neuron: neuron)
                above = highest.thresholds[neuron]
            }
            if -value > below {
                lowest.insert(-value, partner: Int32(truncatingIfNeeded: firstPartner + j), neuron: neuron)
                below = lowest.thresholds[neuron]
            }
        }
    }

    private static func histograms(
        _ correlations: UnsafePointer<Float>, rowCount: Int, columnCount: Int
    ) -> (rows: [UInt32], columns: [UInt32]) {
        let bins = CorrelationHistogram.bins
        let edges = Scratch(CorrelationHistogram.edges, orEmpty: 0)
        let rowCounts = Scratch<UInt32>(rowCount * bins, repeating: 0)
        let columnCounts = Scratch<UInt32>(columnCount * bins, repeating: 0)
        for i in 0..<rowCount {
            let row = correlations + i * columnCount
            let counts = rowCounts.pointer + i * bins
            var columnBins = columnCounts.pointer
            for j in 0..<columnCount {
                let bin = CorrelationHistogram.bin(row[j], edges: edges.pointer)
                counts[bin] &+= 1
                columnBins[bin] &+= 1
                columnBins += bins
            }
        }
        return (rowCounts.array, columnCounts.array)
    }

    private static func powerSums(
        _ correlations: UnsafePointer<Float>, rowCount: Int, columnCount: Int
    ) -> (rows: [Double], columns: [Double]) {
        let rowSums = Scratch<Double>(rowCount * 4, repeating: 0)
        // Power by power while adding, so that the loop runs over columns that lie side by side.
        let byPower = Scratch<Double>(4 * columnCount, repeating: 0)
        let first = byPower.pointer
        let second = first + columnCount
        let third = second + columnCount
        let fourth = third + columnCount
        for i in 0..<rowCount {
            let row = correlations + i * columnCount
            var s1 = 0.0
            var s2 = 0.0
            var s3 = 0.0
            var s4 = 0.0
            for j in 0..<columnCount {
                let value = Double(row[j])
                let square = value * value
                let cube = square * value
                let quartic = square * square
                s1 += value
                s2 += square
                s3 += cube
                s4 += quartic
                first[j] += value
                second[j] += square
                third[j] += cube
                fourth[j] += quartic
            }
            let sums = rowSums.pointer + 4 * i
            sums[0] = s1
            sums[1] = s2
            sums[2] = s3
            sums[3] = s4
        }
        var columnSums = [Double](repeating: 0, count: columnCount * 4)
        for j in 0..<columnCount {
            for power in 0..<4 { columnSums[4 * j + power] = byPower.pointer[power * columnCount + j] }
        }
        return (rowSums.array, columnSums)
    }
}
