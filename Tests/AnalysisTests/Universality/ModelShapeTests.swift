import Statistics
import Testing

@testable import Analysis

@Suite("The shape of a model")
struct ModelShapeTests {
    @Test("numbers neurons layer by layer, and knows each by its layer and number again")
    func indices() {
        let widths = [3, 1, 4]
        let layout = StatisticsLayout(
            models: [widths.enumerated().map { ColumnGroup(source: "a", layer: $0, columns: $1) }], features: [], pairing: .reference)
        let shape = ModelShape(id: "a", layout: layout)
        let places = widths.indices.flatMap { layer in (0..<widths[layer]).map { (layer, $0) } }
        #expect(places.compactMap { shape.index(layer: $0, neuron: $1) } == Array(0..<8))
        #expect((0..<8).allSatisfy { shape.position(of: $0) == places[$0] })
        for (layer, neuron) in [(-1, 0), (3, 0), (0, -1), (0, 3), (1, 1)] { #expect(shape.index(layer: layer, neuron: neuron) == nil) }
    }
}
