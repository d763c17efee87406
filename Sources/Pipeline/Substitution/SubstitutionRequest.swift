import Analysis

/// Which neurons of a model are to be replaced by those of another.
public struct SubstitutionRequest: Sendable {
    /// The neurons, each once, in rising order; nil: the model's universal ones.
    public var neurons: [NeuronPlace]?
    /// The id of the model that predicts; nil: the reference.
    public var model: String?
    /// The id of the model that drives its neurons; nil: the first that the run has compared with it.
    public var other: String?
    /// Whether none of the neurons is replaced alone.
    public var isTogetherOnly: Bool

    /// A request; the same one is known again.
    ///
    /// - Precondition: neurons that are given are one or more.
    public init(neurons: [NeuronPlace]? = nil, model: String? = nil, from other: String? = nil, isTogetherOnly: Bool = false) {
        precondition(neurons?.isEmpty != true, "a request of no neurons")
        self.neurons = neurons.map { Set($0).sorted() }
        self.model = model
        self.other = other
        self.isTogetherOnly = isTogetherOnly
    }
}
