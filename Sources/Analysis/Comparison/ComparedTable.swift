/// A table of neurons as a comparison sees it: columns over its neurons, and which of them it calls universal.
public struct ComparedTable: Sendable {
    /// The neurons, each once.
    public let neurons: [NeuronPlace]
    /// Columns of numbers by name, NaN where a cell is empty, in the table's order; each as long as there are neurons.
    public var numbers: [(name: String, values: [Double])]
    /// Columns of texts by name.
    public var texts: [(name: String, values: [String])]
    /// Whether each neuron is universal, or belongs to what the table lists.
    public var isUniversal: [Bool]
    /// The excess correlation above which a neuron is universal.
    public var threshold: Double
    /// Standard error of each neuron's excess correlation, NaN where there is none; nil where the table has none at all.
    public var excessErrors: [Double]?
    /// Degrees of freedom of these errors.
    public var degreesOfFreedom: Int?

    /// - Precondition: Every column has a value for each neuron, and no neuron stands twice.
    public init(
        neurons: [NeuronPlace], numbers: [(name: String, values: [Double])], texts: [(name: String, values: [String])] = [],
        isUniversal: [Bool], threshold: Double, excessErrors: [Double]? = nil, degreesOfFreedom: Int? = nil
    ) {
        precondition(Set(neurons).count == neurons.count, "each neuron stands once")
        precondition(
            numbers.allSatisfy { $0.values.count == neurons.count } && texts.allSatisfy { $0.values.count == neurons.count }
                && isUniversal.count == neurons.count && excessErrors.map { $0.count == neurons.count } ?? true,
            "each column has a value for each neuron")
        self.neurons = neurons
        self.numbers = numbers
        self.texts = texts
        self.isUniversal = isUniversal
        self.threshold = threshold
        self.excessErrors = excessErrors
        self.degreesOfFreedom = degreesOfFreedom
    }

    /// The column of excess correlations.
    static let excess = "excess_corr"

    /// A column of numbers; nil where the table has none of that name.
    public func numbers(of name: String) -> [Double]? { numbers.first { $0.name == name }?.values }

    /// How likely each neuron is to be universal, given its error: certain where there is none.
    ///
    /// It is the share of Student's t above the distance of its excess from the threshold in standard errors.
    func probabilities() -> [Double] {
        let certain = isUniversal.map { $0 ? 1.0 : 0 }
        guard let excesses = numbers(of: Self.excess), let excessErrors, let degreesOfFreedom, degreesOfFreedom > 0 else { return certain }
        let distribution = StudentT(degreesOfFreedom: degreesOfFreedom)
        return neurons.indices.map { i in
            guard excesses[i].isFinite, excessErrors[i].isFinite, excessErrors[i] > 0 else { return certain[i] }
            return distribution.cumulative((excesses[i] - threshold) / excessErrors[i])
        }
    }
}
