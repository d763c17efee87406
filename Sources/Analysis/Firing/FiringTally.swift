/// Counts, row after row, at how many tokens neurons fire with their partners in another model: one thread's part of it.
///
/// Of a row first all layers of the model are taken, then those of the other one; between them the model's layers are kept as bits.
/// It may go to another thread because one thread alone has it at a time; nothing in it is locked.
public final class FiringTally: @unchecked Sendable {
    private let partners: FiringPartners
    private let neuronsByLayer: [[Int]]
    private var layers: [FiringBits]
    private var other: FiringBits
    private var positions: [Int32] = []
    private var counts: FiringCounts

    /// Of no row yet.
    ///
    /// - Parameter context: tokens of the longest row.
    public init(_ partners: FiringPartners, context: Int) {
        self.partners = partners
        neuronsByLayer = partners.neuronsByLayer
        layers = (0..<partners.layers).map { _ in FiringBits(columns: partners.width, context: context) }
        other = FiringBits(columns: partners.otherWidth, context: context)
        counts = FiringCounts(neurons: partners.partners.count)
    }

    /// The bytes that it takes.
    public static func bytes(_ partners: FiringPartners, context: Int) -> Int {
        let neurons = partners.partners.count
        return 8 * FiringBits.words(of: context) * (neurons + partners.otherWidth) + (3 * 8 + 8) * neurons
    }

    /// Begins a row.
    ///
    /// - Parameter positions: of the tokens that count, ascending.
    public func begin(at positions: [Int32]) {
        self.positions = positions
        counts.add(tokens: positions.count)
    }

    /// Takes the activations of a layer of the model, `[context, neurons]`.
    public func take(layer: Int, _ values: UnsafePointer<Float>) { layers[layer].take(values, at: positions) }

    /// Compares with the activations of a layer of the other model, `[context, neurons]`.
    public func compare(layer: Int, _ values: UnsafePointer<Float>) {
        let neurons = neuronsByLayer[layer]
        guard !neurons.isEmpty else { return }
        other.take(values, at: positions)
        for neuron in neurons {
            let (own, column) = (layers[neuron / partners.width], Int(partners.partners[neuron]) - layer * partners.otherWidth)
            counts.add(own.counts(of: neuron % partners.width, with: other, column), to: neuron)
        }
    }

    /// What was counted since the last time.
    public func handOver() -> FiringCounts {
        defer { counts = FiringCounts(neurons: partners.partners.count) }
        return counts
    }
}
