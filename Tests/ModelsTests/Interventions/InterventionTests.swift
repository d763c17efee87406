import Foundation
import Testing

@testable import Models

@Suite("Interventions")
struct InterventionTests {
    @Test("make of an activation what their names say")
    func changes() {
        let x: [Float] = [-2, -0.5, 0, 0.5, 3]
        let expected: [(Intervention, [Float])] = [
            (Intervention(.fixed, value: 1.5), [1.5, 1.5, 1.5, 1.5, 1.5]),
            (Intervention(.mean, value: -0.1), [-0.1, -0.1, -0.1, -0.1, -0.1]),
            (Intervention(.zero), [0, 0, 0, 0, 0]), (Intervention(.threshold), [-2, -0.5, 0, 0, 0]),
            (Intervention(.relu), [0, 0, 0, 0.5, 3]), (Intervention(.multiply, value: -2), [4, 1, 0, -1, -6]),
        ]
        for (intervention, values) in expected { #expect(x.map(intervention.changed) == values, "\(intervention.kind)") }
    }

    @Test("read back as what was written")
    func coded() throws {
        let condition = InterventionCondition(
            layer: 3, neuron: 117, Intervention(.fixed, value: -0.17, place: .pre), frozen: .norm)
        let bytes = try JSONEncoder().encode(condition)
        #expect(try JSONDecoder().decode(InterventionCondition.self, from: bytes) == condition)
        let bare = InterventionCondition(layer: 0, neuron: 0, Intervention(.threshold))
        #expect(try JSONDecoder().decode(InterventionCondition.self, from: try JSONEncoder().encode(bare)) == bare)
    }

    @Test("token frequencies count each token once more, and their direction has mean 0 and length 1")
    func frequencies() {
        let distribution = UnigramDistribution(counts: [7, 0, 1], vocabulary: 5)
        let expected = [8.0, 1, 2, 1, 1].map { log($0 / 13) }
        #expect(zip(distribution.logarithms.values, expected).allSatisfy { abs(Double($0) - $1) < 1e-6 })
        let direction = withExtendedLifetime(distribution) { distribution.direction.values.map(Double.init) }
        #expect(abs(direction.reduce(0, +)) < 1e-6 && abs(direction.reduce(0) { $0 + $1 * $1 } - 1) < 1e-6)
        #expect(direction[0] > direction[2] && direction[2] > direction[1] && direction[1] == direction[4])
        let even = UnigramDistribution(counts: [2, 2], vocabulary: 2)
        #expect((0..<2).allSatisfy { even.direction.pointer[$0] == 0 })
        withExtendedLifetime(even) {}
    }
}
