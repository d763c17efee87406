/// What an intervention does not reach: with it frozen, what is left of an effect goes other ways (arXiv 2406.16254).
public enum FrozenPart: String, Hashable, Codable, Sendable, CaseIterable {
    /// Nothing: the model as it is.
    case nothing
    /// The final norm divides by the scale that it has in the unmodified run. An entropy neuron has next to no effect then.
    case norm
    /// The logits' component along the centred logarithms of token frequencies is that of the unmodified run. So it is for token-frequency
    /// neurons.
    case frequency
}
