/// The neuron of another model that correlates best with one of the reference.
public struct ReportedPartner: Codable, Sendable, Hashable {
    /// The partner's layer.
    public var layer: Int
    /// The partner's index within its layer.
    public var neuron: Int
    /// What it is called: "layer.neuron", or with the mark of a direction.
    public var name: String
    /// Their correlation over all tokens.
    public var correlation: Double
    /// The correlation on tokens that had no say in choosing the partner; `nil` without at least two replicates.
    public var crossFit: Double?

    /// A partner with its correlations.
    public init(layer: Int, neuron: Int, name: String? = nil, correlation: Double, crossFit: Double? = nil) {
        self.layer = layer
        self.neuron = neuron
        self.name = name ?? "\(layer).\(neuron)"
        self.correlation = correlation
        self.crossFit = crossFit
    }
}
