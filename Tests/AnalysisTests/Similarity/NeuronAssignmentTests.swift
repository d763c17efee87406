import Kernels
import Testing

@testable import Analysis

@Suite("The assignment of neurons to neurons")
struct NeuronAssignmentTests {
    @Test("has the sum that scipy finds, and every neuron of the narrower layer once", arguments: SimilarityFixture.assignments)
    func reference(name: String) throws {
        let fixture = try SimilarityFixture()
        let (gains, columns) = try fixture.values("assignment_\(name)")
        let rows = gains.count / columns
        let found = try NeuronAssignment(maximising: gains, rows: rows, columns: columns)
        let total = try #require(fixture.values("assignment_\(name)_total").values.first)
        #expect(abs(found.total - total) < 1e-12 * Double(rows + columns))
        let partners = found.columns.filter { $0 >= 0 }
        #expect(found.columns.count == rows && partners.count == min(rows, columns) && Set(partners).count == partners.count)
        #expect(abs(found.mean - total / Double(partners.count)) < 1e-12)
    }

    @Test("finds a permutation that was hidden in noise")
    func planted() throws {
        let size = 130
        var numbers = SeededFloats(seed: 4)
        var gains = numbers.uniform(size * size).map { Double($0) * 0.4 }
        for row in 0..<size { gains[row * size + (row * 37 + 11) % size] = 0.9 }
        let found = try NeuronAssignment(maximising: gains, rows: size, columns: size)
        #expect(found.columns == (0..<size).map { Int32(($0 * 37 + 11) % size) })
        #expect(abs(found.mean - 0.9) < 1e-12)
    }

    @Test("of nothing is nothing, and it stops where it is told to")
    func edges() throws {
        struct Stopped: Error {}
        let nothing = try NeuronAssignment(maximising: [], rows: 0, columns: 0)
        #expect(nothing.columns.isEmpty && nothing.mean == 0)
        #expect(throws: Stopped.self) {
            // Both rows want the first column.
            try NeuronAssignment(maximising: [1, 0, 1, 0], rows: 2, columns: 2) { throw Stopped() }
        }
    }
}
