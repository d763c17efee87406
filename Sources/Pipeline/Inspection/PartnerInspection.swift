import Analysis

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

    /// The partners in a model; nil where neither the table of neurons nor the summary of the pair has any.
    ///
    /// - Parameters:
    ///   - columns: the neuron's row of the table of its group's reference; nil for a neuron of another model, which has none.
    ///   - place: the neuron among all of its model.
    ///   - tails: the summary of the pair; nil where there is none.
    ///   - other: the other model.
    ///   - basis: what the columns of models are; nil for neurons.
    ///   - families: the rows of neurons in the other model's table of families, or in what stands in its place.
    /// - Throws: a `StorageError` for a summary of another model.
    init?(
        columns: [String: TableCell]?, place: Int, tails: PartnerTails?, in other: PlannedModel, basis: ColumnBasis?, families: NeuronRows?
    ) throws {
        func partner(_ layer: Int, _ neuron: Int, _ correlation: Double) -> Partner {
            Partner(layer: layer, neuron: neuron, name: basis?.name(layer: layer, column: neuron), correlation: correlation)
        }
        func partners(_ tail: [(partner: Int, correlation: Float)]?) -> [Partner]? {
            tail?.map { partner($0.partner / other.columns, $0.partner % other.columns, Double($0.correlation)) }
        }
        func number(_ name: String) -> Double? { columns?["\(other.id)_\(name)"]?.number }
        var listed: Partner?
        if let layer = number("layer"), let neuron = number("neuron"), let correlation = number("corr") {
            listed = partner(Int(layer), Int(neuron), correlation)
        } else if columns != nil {
            return nil
        }
        let highest = partners(try tails?.highest(of: place))
        guard let first = listed ?? highest?.first else { return nil }
        best = first
        model = other.id
        crossfit = number("corr_crossfit")
        next = highest.map { Array($0.dropFirst()) }
        lowest = partners(try tails?.lowest(of: place))
        let row = families?.columns(of: NeuronPlace(layer: first.layer, neuron: first.neuron)) ?? [:]
        explanation = NeuronInspection.Explanation.all(in: row.mapValues { TableCell($0) }).first
    }
}
