import Storage
import SystemPackage

/// A neuron's partners in one other model.
public struct PartnerInspection: Codable, Sendable {
    /// A neuron of the other model.
    public struct Partner: Codable, Sendable, Equatable {
        /// Layer and index.
        public let layer, neuron: Int
        /// The column as people write it where it is no neuron, `3.pc5`; nil for a neuron.
        public let name: String?
        /// Their correlation.
        public let correlation: Double
    }

    /// The other model's id.
    public let model: String
    /// The partner of highest correlation.
    public let best: Partner
    /// The best one's correlation on tokens that had no say in choosing it; nil without replicates.
    public let crossfit: Double?
    /// The partners after the best one, and those of lowest correlation, the lowest first; nil where `pairs/` does not have them.
    public let next, lowest: [Partner]?
    /// The feature that explains the best one most, with its family; nil where none does, and where the plan has features of the reference alone.
    public let explanation: NeuronInspection.Explanation?

    /// How many partners follow the best one, and how many there are at the other end.
    private static let named = 4

    /// The partners in a model; nil where neither the table of neurons nor the summary of the pair has any.
    ///
    /// - Parameters:
    ///   - columns: the neuron's row of the table of its group's reference; nil for a neuron of another model, which has none.
    ///   - place: the neuron among all of its model.
    ///   - id: its model's id.
    ///   - other: the other model.
    ///   - basis: what the columns of models are; nil for neurons.
    ///   - families: the rows of neurons in the other model's table of families, or what stands in its place.
    /// - Throws: a `StorageError` for a damaged summary of the pair.
    init?(
        columns: [String: TableCell]?, place: Int, of id: String, in other: PlannedModel, basis: ColumnBasis?, families: FilePath?,
        folder: RunFolder
    ) throws {
        func partner(_ layer: Int, _ neuron: Int, _ correlation: Double) -> Partner {
            Partner(layer: layer, neuron: neuron, name: basis?.name(layer: layer, column: neuron), correlation: correlation)
        }
        func number(_ name: String) -> Double? { columns?["\(other.id)_\(name)"]?.number }
        var listed: Partner?
        if let layer = number("layer"), let neuron = number("neuron"), let correlation = number("corr") {
            listed = partner(Int(layer), Int(neuron), correlation)
        } else if columns != nil {
            return nil
        }
        // A file has both directions of a pair, and the name of the earlier model first.
        let path = [folder.pair(id, other.id), folder.pair(other.id, id)].first { Folder.holdsFile($0) }
        let archive = try path.map { try NumpyArchiveReader($0) }
        func tail(_ name: String) throws -> [Partner]? {
            guard let path, let values = try archive?.array("\(id)_\(name)_tail_corr"),
                let places = try archive?.array("\(id)_\(name)_tail_corr_ix")
            else { return nil }
            guard values.shape.count == 2, values.shape == places.shape, place < values.shape[0] else {
                throw StorageError.corrupt(path, offset: nil, problem: "'\(id)_\(name)_tail_corr' is of another model")
            }
            let length = values.shape[1]
            let run = place * length..<place * length + min(length, Self.named + 1)
            let numbers = try values.withElements(of: Float.self) { Array($0[run]) }
            let partners = try places.withElements(of: Int32.self) { Array($0[run]) }
            // A band leaves places at the end: -1.
            return zip(numbers, partners).filter { $0.1 >= 0 && $0.0.isFinite }.map { value, place in
                partner(Int(place) / other.columns, Int(place) % other.columns, Double(value))
            }
        }
        let highest = try tail("max")
        guard let first = listed ?? highest?.first else { return nil }
        best = first
        model = other.id
        crossfit = number("corr_crossfit")
        next = highest.map { Array($0.dropFirst()) }
        lowest = try tail("min").map { Array($0.prefix(Self.named)) }
        let row = try families.map { try NeuronTableRow.find(layer: first.layer, neuron: first.neuron, in: $0).columns } ?? [:]
        explanation = NeuronInspection.Explanation.all(in: row.mapValues { TableCell($0) }).first
    }
}
