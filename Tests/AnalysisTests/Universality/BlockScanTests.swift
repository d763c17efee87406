import Testing

@testable import Analysis

@Suite("scanning blocks")
struct BlockScanTests {
    @Test("ties go to the smaller index, in a scan and in a merge in either order")
    func ties() {
        let values: [Float] = [0.5, 0.1, 0.5, -0.2, 0.5, -0.2]
        let scan = BlockScan(values, rowCount: 1, columnCount: 6, firstRow: 7, firstColumn: 100, rowTail: 4, columnTail: 2)
        #expect(scan.rows.highest.partners == [100, 102, 104, 101])
        #expect(scan.rows.lowest.partners == [103, 105, 101, 100])
        #expect(scan.columns.highest.partners == [7, -1, 7, -1, 7, -1, 7, -1, 7, -1, 7, -1])
        let left = BlockScan(Array(values[..<3]), rowCount: 1, columnCount: 3, firstRow: 7, firstColumn: 100, rowTail: 3, columnTail: 1)
        let right = BlockScan(Array(values[3...]), rowCount: 1, columnCount: 3, firstRow: 7, firstColumn: 103, rowTail: 3, columnTail: 1)
        for order in [[left, right], [right, left]] {
            var table = PartnerTable(neurons: 1, tail: 4)
            for part in order { table.merge(part.rows) }
            #expect(table == scan.rows)
        }
    }

    @Test("the strongest partners are from both ends, of equal sizes that of the smaller index first, and each once")
    func strongest() {
        let values: [Float] = [0.5, -0.5, 0.1, -0.7, 0.5, -0.0]
        let scan = BlockScan(values, rowCount: 1, columnCount: 6, firstRow: 7, firstColumn: 100, rowTail: 4, columnTail: 1)
        let strongest = scan.rows.strongestFirst.highest
        #expect(strongest.partners == [103, 100, 101, 104] && strongest.values == [-0.7, 0.5, -0.5, 0.5])
        // All partners are at both ends.
        let short = BlockScan(Array(values[1...3]), rowCount: 1, columnCount: 3, firstRow: 7, firstColumn: 100, rowTail: 3, columnTail: 1)
        #expect(short.rows.strongestFirst.highest.partners == [102, 100, 101])
        #expect(short.columns.strongestFirst.highest.values == [-0.5, 0.1, -0.7])
        let none = PartnerTable(neurons: 2, tail: 3)
        #expect(none.strongestFirst.highest.partners == none.highest.partners && none.strongestFirst.lowest == none.lowest)
    }

    @Test("bins are numpy's searchsorted over linspace, at the edges too")
    func bins() {
        let edges = CorrelationHistogram.edges
        #expect(edges.count == 100 && edges[0] == -1 && edges[99] == 1)
        edges.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            func slow(_ value: Float) -> Int { edges.filter { $0 < Double(value) }.count }
            for value in [-1, -0.99999994, 0, 1, 1.0000001, -1.0000001, 0.5] as [Float] {
                #expect(CorrelationHistogram.bin(value, edges: base) == slow(value))
            }
            for edge in edges {
                for value in [Float(edge).nextDown, Float(edge), Float(edge).nextUp] {
                    #expect(CorrelationHistogram.bin(value, edges: base) == slow(value))
                }
            }
        }
    }

    @Test("the maximum over lanes is the maximum", arguments: [1, 2, 15, 16, 17, 100])
    func maximum(count: Int) {
        for place in 0..<count {
            var values = (0..<count).map { Float($0 % 7) / 10 - 1 }
            values[place] = 0.25
            #expect(PooledMaxima.maximum(values, count: count) == 0.25)
        }
        #expect(PooledMaxima.maximum(Array(repeating: -3, count: count), count: count) == -3)
    }

    @Test("the largest size over lanes is that of either sign", arguments: [1, 2, 15, 16, 17, 100])
    func largestSize(count: Int) {
        for place in 0..<count {
            for extreme in [Float(0.75), -0.75] {
                var values = (0..<count).map { Float($0 % 7) / 10 - 0.3 }
                values[place] = extreme
                #expect(PooledMaxima.largestSize(values, count: count) == 0.75)
            }
        }
        #expect(PooledMaxima.largestSize(Array(repeating: -0.0, count: count), count: count) == 0)
    }
}
