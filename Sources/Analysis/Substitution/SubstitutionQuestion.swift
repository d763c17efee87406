import Models

/// What is asked of a model's neurons and those of another model: how well the model predicts with each of its neurons, and with all of
/// them, replaced by their matches (SPEC 12).
public struct SubstitutionQuestion: PredictionQuestion {
    /// The pass's measures.
    public typealias Measures = SubstitutionMeasures
    /// What adds up the sums of rows.
    public typealias Tally = SubstitutionTally

    /// What answers are called.
    public static let name = "substitution"
    /// What is done, for people who look on.
    public static let activity = "substituting"

    /// What takes the place of neurons.
    public enum Kind: String, Hashable, Codable, Sendable, CaseIterable {
        /// mean + β (match − its mean), β = covariance / variance of the match.
        case match
        /// The mean: what is known of a neuron without any other.
        case mean
        /// As the match, by another neuron of its layer that was drawn at random.
        case random
    }

    /// A neuron with what takes its place.
    public struct Neuron: Hashable, Codable, Sendable {
        /// The neuron.
        public let place: NeuronPlace
        /// Its mean over the run's counted tokens.
        public let mean: Double
        /// The neuron of the other model that it is most correlated with, and one that was drawn.
        public let match, random: NeuronSubstitution.Source
        /// Its correlations with the two.
        public let correlation, randomCorrelation: Double

        enum CodingKeys: String, CodingKey {
            case place, mean, match, random, correlation
            case randomCorrelation = "random_correlation"
        }

        /// A neuron with its match and a random other neuron.
        public init(
            _ place: NeuronPlace, mean: Double, match: NeuronSubstitution.Source, correlation: Double,
            random: NeuronSubstitution.Source, randomCorrelation: Double
        ) {
            (self.place, self.mean, self.match, self.correlation) = (place, mean, match, correlation)
            (self.random, self.randomCorrelation) = (random, randomCorrelation)
        }

        /// What takes its place.
        func substitution(by kind: Kind) -> NeuronSubstitution {
            let source: NeuronSubstitution.Source? =
                switch kind {
                case .match: match
                case .mean: nil
                case .random: random
                }
            return NeuronSubstitution(layer: place.layer, neuron: place.neuron, mean: mean, source: source)
        }
    }

    /// The id of the model that predicts.
    public let model: String
    /// The id of the model that drives its neurons.
    public let other: String
    /// The neurons, in rising order.
    public let neurons: [Neuron]
    /// Whether none of them is replaced alone.
    public let isTogetherOnly: Bool

    /// A question.
    ///
    /// - Parameters:
    ///   - neurons: one at least, each once.
    ///   - isTogetherOnly: whether only all of them together are replaced; of one neuron that means nothing.
    public init(model: String, other: String, neurons: [Neuron], isTogetherOnly: Bool = false) {
        precondition(!neurons.isEmpty, "a question of no neurons")
        self.model = model
        self.other = other
        self.neurons = neurons.sorted { $0.place < $1.place }
        // Of one neuron alone and together are the same.
        self.isTogetherOnly = isTogetherOnly && neurons.count > 1
    }

    /// Whose replacement is measured: each neuron alone, then all together where they are more than one.
    public var subjects: [[Neuron]] {
        let alone = isTogetherOnly ? [] : neurons.map { [$0] }
        return neurons.count > 1 ? alone + [neurons] : alone
    }

    /// For each subject a condition of each kind.
    public var conditions: [[NeuronSubstitution]] {
        subjects.flatMap { subject in Kind.allCases.map { kind in subject.map { $0.substitution(by: kind) } } }
    }

    /// The neurons that are replaced.
    public var places: Set<NeuronPlace> { Set(neurons.map(\.place)) }

    /// Means and slopes are by the run's exact sums.
    public var meanOrigin: MeanOrigin? { .exact }

    /// What is measured, in the order of the sums.
    public var measures: [SubstitutionMeasures.Kind] { SubstitutionMeasures.Kind.allCases }
}
