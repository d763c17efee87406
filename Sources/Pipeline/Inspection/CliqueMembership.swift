/// A clique of mutual best partners that a neuron is in.
public struct CliqueMembership: Codable, Sendable {
    /// How many neurons it has, one of each of as many models.
    public let size: Int
    /// The smallest correlation of two of them.
    public let strength: Double
    /// The neurons as model:layer.neuron, directions by their names, a:3.pc5.
    public let members: [String]
}
