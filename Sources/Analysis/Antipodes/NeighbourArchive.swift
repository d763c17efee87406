import Storage
import SystemPackage

/// The largest and smallest cosines of a layer's neurons with those of every layer, as `cosines/layer3.npz`.
///
/// For each pairing `in_in`, `in_out`, `out_in` and `out_out` (the neuron's own vector first: `out_in` is its w_out with the other's w_in):
/// - `…_max_cos`, `…_min_cos`, `[layers, n]`: float32; NaN for a weight of 0;
/// - `…_max_neuron`, `…_min_neuron`, `[layers, n]`: int32, the number of the other neuron in that layer, −1 for none.
///
/// `antipode`, `duplicate` with `…_neuron`: the largest product of the cosines of inputs and outputs where both are negative, or both positive.
public enum NeighbourArchive {
    /// The name of the file of a layer.
    public static func name(layer: Int) -> String { "layer\(layer).npz" }

    /// Writes an archive in one step.
    ///
    /// - Parameter neighbours: the best partners in each layer, in order.
    /// - Throws: a `StorageError`.
    public static func write(_ neighbours: [LayerNeighbours], to path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        let shape = [neighbours.count, neighbours.first?.antipodes.values.count ?? 0]
        func entries(_ values: String, _ partners: String, _ best: (LayerNeighbours) -> BestPartners) -> [NumpyArchive.Entry] {
            [
                .init(values, neighbours.flatMap { best($0).values }, shape: shape),
                .init(partners, neighbours.flatMap { best($0).partners }, shape: shape),
            ]
        }
        let cosines = VectorPairing.allCases.flatMap { pairing in
            let name = pairing.rawValue
            return entries("\(name)_max_cos", "\(name)_max_neuron") { $0.highest(pairing) }
                + entries("\(name)_min_cos", "\(name)_min_neuron") { $0.lowest(pairing) }
        }
        let products = entries("antipode", "antipode_neuron", \.antipodes) + entries("duplicate", "duplicate_neuron", \.duplicates)
        try NumpyArchive.write(path, cosines + products, on: files)
    }

    /// About the bytes of a neuron's figures in one layer.
    public static let bytesPerNeuron = (2 * VectorPairing.allCases.count + 2) * 8
}
