import Models

/// What changes of neurons do to a model's predictions.
public struct InterventionSummary: PredictionSummary {
    /// The mean over tokens of one measure.
    public struct Figure: Codable, Sendable {
        /// The mean, with its standard error over rows.
        public let mean: Estimate
        /// How far it is from that of the unmodified run; nil in the unmodified run.
        public let change: Estimate?
    }

    /// What was found under one condition.
    public struct Effect: Codable, Sendable {
        /// The neuron, what was done to it, and what was frozen.
        public let condition: InterventionCondition
        /// For each measure, by its name.
        public let figures: [String: Figure]

        /// Of a measure.
        public subscript(_ measure: PredictionMeasures.Kind) -> Figure? { figures[measure.rawValue] }
    }

    /// The model's id in the run.
    public let model: String
    /// Of which origin the means are that neurons were set to; nil where none was set to its mean.
    public var mean: MeanOrigin?
    /// Rows that were read.
    public let rows: Int
    /// Tokens that count: all of a row but the first and the last.
    public let tokens: Int
    /// What was measured.
    public let measures: [PredictionMeasures.Kind]
    /// Without any change.
    public let unmodified: [String: Figure]
    /// The conditions, in the order of the question.
    public let conditions: [Effect]

    /// `interventions.csv`.
    public var csv: String { InterventionTable(self).csv }
}
