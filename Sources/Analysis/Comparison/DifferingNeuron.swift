/// A neuron in which two tables differ.
public struct DifferingNeuron: Codable, Sendable {
    /// The neuron.
    public let neuron: NeuronPlace
    /// What the first table has.
    public let first: Double
    /// What the second table has.
    public let second: Double
    /// The difference in standard errors of both tables together; nil where none of them has one.
    public let errors: Double?
    /// Whether it is universal in the first table.
    public let isUniversalInFirst: Bool
    /// Whether it is in the second one.
    public let isUniversalInSecond: Bool
}
