import Analysis

/// A neuron as lists have it: what its row of the table of neurons, or of families, says at a glance.
public struct NeuronEntry: Sendable, Equatable {
    /// The model's id.
    public let model: String
    /// Layer and index.
    public let layer, neuron: Int
    /// The neuron, or the direction in its place, as people write it.
    public let name: String
    /// Whether it is universal; nil for a neuron of a model that is no reference.
    public let isUniversal: Bool?
    /// The excess correlation, its standard error, the mean correlation with the best partners, and the baseline; nil where the table has none.
    public let excess, excessError, correlation, baseline: Double?
    /// The feature that explains it best, with its family; nil where none does.
    public let explanation: NeuronInspection.Explanation?
    /// What it does to the vocabulary; nil without a role.
    public let role: String?

    /// An entry.
    public init(
        model: String, layer: Int, neuron: Int, name: String, isUniversal: Bool?, excess: Double? = nil, excessError: Double? = nil,
        correlation: Double? = nil, baseline: Double? = nil, explanation: NeuronInspection.Explanation? = nil, role: String? = nil
    ) {
        (self.model, self.layer, self.neuron, self.name) = (model, layer, neuron, name)
        (self.isUniversal, self.excess, self.excessError) = (isUniversal, excess, excessError)
        (self.correlation, self.baseline, self.explanation, self.role) = (correlation, baseline, explanation, role)
    }
}

extension RunNeurons {
    /// The model's neurons by layer and number; none before the analysis.
    public func entries() -> [NeuronEntry] { table.map { entries(in: $0, families: ownFamilies, of: model.id) } ?? [] }

    /// The neurons of a model that it is compared with, and that is explained too; none of any other.
    public func entries(of other: String) -> [NeuronEntry] {
        explained.contains { $0.id == other } ? families[other].map { entries(in: $0, families: nil, of: other) } ?? [] : []
    }

    private func entries(in rows: NeuronRows, families: NeuronRows?, of id: String) -> [NeuronEntry] {
        rows.places.map { place in
            let cells = rows.columns(of: place)
            func number(_ name: String) -> Double? { cells[name].flatMap { TableCell($0).number } }
            let explained = families?.columns(of: place) ?? cells
            return NeuronEntry(
                model: id, layer: place.layer, neuron: place.neuron,
                name: plan.columnNames.name(layer: place.layer, column: place.neuron),
                isUniversal: id == model.id && reference == nil ? cells["universal"] == "1" : nil, excess: number("excess_corr"),
                excessError: number("excess_corr_se"), correlation: number("mean_corr"), baseline: number("mean_baseline"),
                explanation: NeuronInspection.Explanation.all(in: explained.mapValues { TableCell($0) }).first,
                role: cells["role"].flatMap { $0.isEmpty ? nil : $0 })
        }
    }
}
