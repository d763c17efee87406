import Testing

@testable import Models

@Suite("The folds of weights")
struct WeightFoldTests {
    /// Two rows of three.
    private let matrix: [Float] = [1, 2, 6, -4, 0, 1]

    @Test("an offset reaches the bias through the rows as they are")
    func offset() {
        var bias: [Float] = [10, 20]
        WeightFold.addOffset([1, 10, 100], through: matrix, rows: 2, width: 3, to: &bias)
        // 10 + 1 · 1 + 10 · 2 + 100 · 6, 20 − 1 · 4 + 100 · 1.
        #expect(bias == [631, 116])
    }

    @Test("a gain scales each row's numbers, and what the norm multiplies with does too")
    func scale() {
        var scaled = matrix
        WeightFold.scale(&scaled, by: [2, 3, 0.5], rows: 2, width: 3)
        #expect(scaled == [2, 6, 3, -8, 0, 0.5])
        var million = matrix
        WeightFold.scale(&million, by: [1e6, 1e6, 2e6], factor: 1e-6, rows: 2, width: 3)
        #expect(zip(million, [1, 2, 12, -4, 0, 2] as [Float]).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test("rows lose their means, and all rows the mean row")
    func centre() {
        var rows = matrix
        WeightFold.centreRows(&rows, rows: 2, width: 3)
        #expect(rows == [-2, -1, 3, -3, 1, 2])
        let sum = WeightFold.sumOfRows(matrix, rows: 2, width: 3)
        #expect(sum == [-3, 2, 7])
        var centred = matrix
        WeightFold.subtract(sum.map { $0 / 2 }, from: &centred, rows: 2, width: 3)
        #expect(centred == [2.5, 1, 2.5, -2.5, -1, -2.5])
    }

    @Test("the bias of values comes out of the attention as it is")
    func values() {
        var bias: [Float] = [1, 1, 1]
        WeightFold.addValues([10, 100], through: matrix, rows: 2, width: 3, to: &bias)
        // 1 + 10 · 1 − 100 · 4, 1 + 10 · 2, 1 + 10 · 6 + 100 · 1.
        #expect(bias == [-389, 21, 161])
    }
}
