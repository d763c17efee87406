/// What the path from a neuron to a head does at each position of some rows that is looked at, `[samples]` each.
public struct PathSamples: Hashable, Sendable {
    /// The neuron's activation.
    public private(set) var activation: [Float]
    /// The head's attention to position 0, as it is.
    public private(set) var attention: [Float]
    /// What it is more without the path.
    public private(set) var attentionChange: [Float]
    /// The Euclidean length of the head's output z, as it is.
    public private(set) var norm: [Float]
    /// What it is more without the path.
    public private(set) var normChange: [Float]

    /// The names of the five under which files have them, and what has them.
    public static let fields: [(name: String, values: WritableKeyPath<PathSamples, [Float]> & Sendable)] = [
        ("activation", \.activation), ("attention", \.attention), ("attention_change", \.attentionChange), ("norm", \.norm),
        ("norm_change", \.normChange),
    ]

    /// No samples, or those of some positions.
    public init(
        activation: [Float] = [], attention: [Float] = [], attentionChange: [Float] = [], norm: [Float] = [], normChange: [Float] = []
    ) {
        self.activation = activation
        self.attention = attention
        self.attentionChange = attentionChange
        self.norm = norm
        self.normChange = normChange
    }

    /// How many there are.
    public var count: Int { activation.count }

    /// Takes further samples in, behind these.
    public mutating func append(_ other: PathSamples) {
        activation += other.activation
        attention += other.attention
        attentionChange += other.attentionChange
        norm += other.norm
        normChange += other.normChange
    }
}
