/// The candidate partners of each neuron of a model in another model.
public struct CandidateList: Hashable, Sendable {
    /// The model whose neurons have candidates.
    public let source: String
    /// The model that the candidates are neurons of.
    public let partnerSource: String
    /// Places in each neuron's list.
    public let length: Int
    /// Indices of the partners within their model (layer · d_mlp + neuron), `[neurons, length]`, best first; −1 where there are no more.
    public let partners: [Int32]

    /// How many neurons have a list.
    public var neurons: Int { length > 0 ? partners.count / length : 0 }

    /// How many candidates a neuron has.
    public func count(of neuron: Int) -> Int {
        partners[neuron * length..<(neuron + 1) * length].prefix { $0 >= 0 }.count
    }

    /// Lists of candidates.
    public init(source: String, partnerSource: String, length: Int, partners: [Int32]) {
        self.source = source
        self.partnerSource = partnerSource
        self.length = length
        self.partners = partners
    }
}
