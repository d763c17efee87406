/// Neurons of different models, two or more, each the best partner of each other one; no further model's neuron could join.
public struct Clique: Hashable, Sendable {
    /// One neuron of each of its models, by model.
    public let members: [CliqueMember]
    /// The smallest correlation of two of them.
    public let strength: Float

    /// Neurons with the smallest of their correlations.
    public init(members: [CliqueMember], strength: Float) {
        self.members = members
        self.strength = strength
    }

    /// How many models it spans.
    public var size: Int { members.count }
}
