/// A column of the neuron table that comes from elsewhere.
public enum NeuronColumn: Sendable {
    /// Numbers; what is not finite leaves an empty cell.
    case numbers([Double])
    /// Texts.
    case texts([String])

    /// How many cells it has.
    public var count: Int {
        switch self {
        case .numbers(let values): values.count
        case .texts(let values): values.count
        }
    }

    /// The cells as text.
    var cells: [String] {
        switch self {
        case .numbers(let values): values.map { $0.isFinite ? "\($0)" : "" }
        case .texts(let values): values
        }
    }
}
