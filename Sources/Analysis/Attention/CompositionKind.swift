/// By which way a neuron and a head are connected.
public enum CompositionKind: String, CaseIterable, Sendable {
    /// The neuron writes what the head's queries are made of: ‖W_QKᵀ ŵ_out‖ / ‖W_QK‖.
    case query
    /// What its keys are made of: ‖W_QK ŵ_out‖ / ‖W_QK‖.
    case key
    /// What its values are made of: ‖ŵ_out W_OV‖ / ‖W_OV‖.
    case value
    /// The neuron reads what the head writes: ‖W_OV ŵ_in‖ / ‖W_OV‖.
    case output
}
