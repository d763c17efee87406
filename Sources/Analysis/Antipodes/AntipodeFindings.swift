/// The neurons of a model with those whose weights are closest and most opposed to theirs.
public struct AntipodeFindings: Sendable {
    /// Neurons of each layer.
    public let layers: [Int]
    /// Among all neurons of the model.
    public let inModel: NeighbourScope
    /// Among those of the same layer.
    public let inLayer: NeighbourScope
    /// The correlation of each neuron's activation with that of its antipode in its layer, `[neurons]`, NaN for one without; nil where
    /// statistics are not there.
    public private(set) var antipodeCorrelations: [Double]?
    /// The same with its nearest duplicate in its layer.
    public private(set) var duplicateCorrelations: [Double]?

    init(layers: [Int], inModel: NeighbourScope, inLayer: NeighbourScope) {
        (self.layers, self.inModel, self.inLayer) = (layers, inModel, inLayer)
    }

    /// About the bytes of the figures of a model's neurons, in arrays that grow by doubling, and of the two correlations.
    static func bytes(layers: Int, neurons: Int) -> Int {
        layers * neurons * (2 * 2 * NeighbourScope().columns.count * 8 + 2 * 8)
    }

    /// How many neurons there are.
    public var neurons: Int { layers.reduce(0, +) }

    /// Takes in the correlations within the layers.
    ///
    /// - Parameter within: writes those of a layer, `[neurons, neurons]`.
    /// - Throws: what `within` throws.
    public mutating func addCorrelations(within: (_ layer: Int, _ correlations: UnsafeMutablePointer<Float>) throws -> Void) throws {
        var (antipodes, duplicates): ([Double], [Double]) = ([], [])
        var first = 0
        for (layer, count) in layers.enumerated() {
            let correlations = Scratch<Float>(count * count, repeating: 0)
            try within(layer, correlations.pointer)
            func correlation(_ best: BestPartners, _ neuron: Int) -> Double {
                let partner = Int(best.partners[first + neuron]) - first
                return partner < 0 ? .nan : Double(correlations.pointer[neuron * count + partner])
            }
            for neuron in 0..<count {
                antipodes.append(correlation(inLayer.antipodes, neuron))
                duplicates.append(correlation(inLayer.duplicates, neuron))
            }
            first += count
        }
        (antipodeCorrelations, duplicateCorrelations) = (antipodes, duplicates)
    }

    /// The figures by the names of their columns, those among the layer's neurons with `layer_` before the name.
    public var figures: [(name: String, values: [Double])] {
        inModel.columns.map { ($0.name, $0.best.numbers) } + inLayer.columns.map { ("layer_\($0.name)", $0.best.numbers) }
    }
}
