/// How a model's predictions go with the value that a neuron's activation is fixed to.
public struct ReportedResponse: Codable, Sendable, Equatable {
    /// A value with what was measured there.
    public struct Point: Codable, Sendable, Equatable {
        /// The value that the activation is fixed to.
        public var value: Double
        /// The mean over tokens.
        public var mean: ReportedFigure
        /// How far that is from the unmodified run.
        public var change: ReportedFigure

        /// A point of a curve.
        public init(value: Double, mean: ReportedFigure, change: ReportedFigure) {
            self.value = value
            self.mean = mean
            self.change = change
        }
    }

    /// One measure of the predictions.
    public struct Measure: Codable, Sendable, Equatable {
        /// Its name.
        public var name: String
        /// In the unmodified run.
        public var unmodified: ReportedFigure
        /// By rising value: with the model as it is, and with the scale of the final norm as in the unmodified run; empty where that was not
        /// measured.
        public var normal, frozen: [Point]

        /// Curves of a measure.
        public init(name: String, unmodified: ReportedFigure, normal: [Point], frozen: [Point]) {
            self.name = name
            self.unmodified = unmodified
            (self.normal, self.frozen) = (normal, frozen)
        }
    }

    /// The neuron.
    public var layer, neuron: Int
    /// Rows and tokens that were measured.
    public var rows, tokens: Int
    /// The measures.
    public var measures: [Measure]

    /// What fixing a neuron's activation does.
    public init(layer: Int, neuron: Int, rows: Int, tokens: Int, measures: [Measure]) {
        (self.layer, self.neuron) = (layer, neuron)
        (self.rows, self.tokens) = (rows, tokens)
        self.measures = measures
    }
}
