/// Which weights of two neurons a cosine is of: those of the neuron itself, then those of its partner.
public enum VectorPairing: String, CaseIterable, Sendable {
    /// w_in and w_in: whether the two look for the same.
    case inputs = "in_in"
    /// w_in and w_out: whether the neuron reads what the partner writes.
    case inputAndOutput = "in_out"
    /// w_out and w_in: whether the partner reads what the neuron writes.
    case outputAndInput = "out_in"
    /// w_out and w_out: whether the two write the same.
    case outputs = "out_out"

    /// Whether the neuron's own weights are w_in.
    var startsWithInput: Bool { self == .inputs || self == .inputAndOutput }
}
