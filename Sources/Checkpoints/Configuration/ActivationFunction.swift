/// The nonlinearity of an MLP.
public enum ActivationFunction: String, Codable, Sendable, CaseIterable {
    /// GELU by the tanh formula (GPT-2's own).
    case geluTanh = "gelu_tanh"
    /// GELU by the error function.
    case geluErf = "gelu_erf"
    /// max(x, 0).
    case relu

    /// The function that a configuration's name means: several names mean the same function and differ in how it was once coded.
    init?(configured name: String) {
        switch name {
        case "gelu_new", "gelu_fast", "gelu_pytorch_tanh", "gelu_python_tanh", "gelu_accurate": self = .geluTanh
        case "gelu", "gelu_python": self = .geluErf
        case "relu": self = .relu
        default: return nil
        }
    }
}
