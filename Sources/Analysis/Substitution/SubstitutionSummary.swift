import Models

/// How well a model predicts with neurons replaced by those of another model.
public struct SubstitutionSummary: PredictionSummary {
    /// What a neuron's mean in its place costs, which recovered shares are shares of.
    public enum Cost: Sendable {
        /// No loss: there is nothing to recover.
        case nothing
        /// Less than two of its standard errors: a share of it says little.
        case uncertain
        /// More than that.
        case certain
    }

    /// What was found about one neuron, or about all together.
    public struct Subject: Codable, Sendable {
        /// The neuron with what took its place; nil: all of them together.
        public let neuron: SubstitutionQuestion.Neuron?
        /// By what took the place, then by measure.
        public let effects: [String: [String: InterventionSummary.Figure]]
        /// How much of the loss that the neuron's mean costs its match brings back, (loss of the mean − loss of the match) / (loss of the
        /// mean − unmodified loss): 1 where the match is as good as the neuron itself. Nil where the mean costs nothing.
        public let recovered: Estimate?
        /// The same of the random neuron.
        public let randomRecovered: Estimate?

        enum CodingKeys: String, CodingKey {
            case neuron, effects, recovered
            case randomRecovered = "random_recovered"
        }

        /// What the mean costs.
        public var cost: Cost {
            guard recovered != nil, let change = self[.mean][SubstitutionMeasures.Kind.loss.rawValue]?.change else { return .nothing }
            // Without an error, of one row, nobody knows.
            guard let error = change.standardError, change.value >= 2 * error else { return .uncertain }
            return .certain
        }

        /// By what took the place.
        public subscript(_ kind: SubstitutionQuestion.Kind) -> [String: InterventionSummary.Figure] { effects[kind.rawValue] ?? [:] }
    }

    /// The id of the model that predicts.
    public let model: String
    /// The id of the model that drives its neurons.
    public let other: String
    /// Rows that were read.
    public let rows: Int
    /// Tokens that count: all of a row but the first and the last.
    public let tokens: Int
    /// How many neurons are replaced together.
    public let neurons: Int
    /// Without any replacement, by measure.
    public let unmodified: [String: InterventionSummary.Figure]
    /// Each neuron, then all together.
    public let subjects: [Subject]

    /// `substitution.csv`.
    public var csv: String { SubstitutionTable(self).csv }
}
