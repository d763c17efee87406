/// A model of the run.
public struct ReportedModel: Codable, Sendable, Hashable {
    /// Its id in the configuration.
    public var id: String
    /// Its path as configured.
    public var path: String?
    /// Its layers.
    public var layers: Int
    /// Its neurons, all layers together.
    public var neurons: Int
    /// The hash of its weights and configuration.
    public var digest: String?

    /// A model's facts.
    public init(id: String, path: String? = nil, layers: Int, neurons: Int, digest: String? = nil) {
        self.id = id
        self.path = path
        self.layers = layers
        self.neurons = neurons
        self.digest = digest
    }
}
