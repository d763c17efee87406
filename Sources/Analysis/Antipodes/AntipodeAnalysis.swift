import Kernels
import Models

/// What the weights of a model say about pairs of its neurons (SPEC 9): which read and write nearly the same, or the opposite, and which read
/// what others write.
///
/// All cosines of w_in and w_out between all layers are looked at, which takes 8 · neurons² · d_model operations; a layer's weights are
/// read again for each other layer where not all of them fit into memory.
public struct AntipodeAnalysis: Sendable {
    private let weights: ProcessedWeights
    private let memory: Int?
    private let team: ThreadTeam
    private let check: @Sendable () throws -> Void

    /// - Parameters:
    ///   - memory: bytes for layers that are kept; two are kept in any case. Nil: all of them.
    ///   - team: threads; the result does not depend on them.
    ///   - check: asked again and again, from any thread; what it throws ends the work.
    public init(
        _ weights: ProcessedWeights, memory: Int? = nil, team: ThreadTeam, check: @escaping @Sendable () throws -> Void = {}
    ) {
        (self.weights, self.memory, self.team, self.check) = (weights, memory, team, check)
    }

    /// The weights of a layer's neurons, scaled to length 1.
    private struct Layer {
        let input, output: UnitRows
    }

    /// Layers that `take` of ``run(take:)`` is called for.
    public var steps: Int { weights.configuration.layers }

    /// Looks at all pairs of neurons.
    ///
    /// - Parameter take: is given each layer with the best partners of its neurons in each layer, in order.
    /// - Throws: `CheckpointError`, `AnalysisError`, what `check` and `take` throw.
    public func run(take: (_ layer: Int, _ neighbours: [LayerNeighbours]) throws -> Void = { _, _ in }) throws -> AntipodeFindings {
        let (layers, neurons) = (weights.configuration.layers, weights.configuration.mlpWidth)
        var (inModel, inLayer) = (NeighbourScope(), NeighbourScope())
        var kept: [Int: Layer] = [:]
        let room = roomForLayers
        for row in 0..<layers {
            let own = try kept[row] ?? self.layer(row)
            var neighbours: [LayerNeighbours] = []
            for column in 0..<layers {
                let other = try column == row ? own : kept[column] ?? self.layer(column)
                if kept.count < room { kept[column] = other }
                neighbours.append(
                    try NeighbourScan(input: other.input, output: other.output).neighbours(
                        ofInput: own.input, output: own.output, areSame: column == row, team: team, check: check))
            }
            inModel.append(NeighbourScope(neighbours.enumerated().map { ($0.offset * neurons, $0.element) }, neurons: neurons))
            inLayer.append(NeighbourScope([(row * neurons, neighbours[row])], neurons: neurons))
            try take(row, neighbours)
        }
        return AntipodeFindings(layers: Array(repeating: neurons, count: layers), inModel: inModel, inLayer: inLayer)
    }

    /// Layers that are kept besides the two at work.
    private var roomForLayers: Int {
        let configuration = weights.configuration
        guard let memory else { return configuration.layers }
        return max(0, memory / Self.layerBytes(neurons: configuration.mlpWidth, width: configuration.width) - 2)
    }

    // MARK: Memory

    /// The bytes for layers of what a process may use: a quarter, for what was found before is still there.
    public static func memory(of offer: Int) -> Int { offer / 4 }

    private static func layerBytes(neurons: Int, width: Int) -> Int { max(1, 2 * neurons * width * MemoryLayout<Float>.stride) }

    /// The bytes of the layers that are there together, and of one of a layer's matrices as it is stored.
    static func bytes(ofLayers layers: Int, neurons: Int, width: Int, memory: Int) -> Int {
        let layer = layerBytes(neurons: neurons, width: width)
        return min(layers, max(2, memory / layer)) * layer + layer / 2
    }

    /// The bytes of all else while it goes on: the tiles of each thread, and a layer's partners in parts, put together and as they are written.
    static func bytesBesideLayers(layers: Int, neurons: Int, threads: Int) -> Int {
        let tiles = VectorPairing.allCases.count * NeighbourScan.panel * NeighbourScan.tile * MemoryLayout<Float>.stride
        return threads * tiles + 3 * layers * neurons * NeighbourArchive.bytesPerNeuron
    }

    private func layer(_ index: Int) throws -> Layer {
        try check()
        let mlp = try weights.mlp(ofLayer: index)
        let width = weights.configuration.width
        return Layer(
            input: try UnitRows(scaling: mlp.input, width: width, team: team),
            output: try UnitRows(scaling: mlp.output, width: width, team: team))
    }
}
