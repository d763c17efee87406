/// The neurons of the reference that may switch attention heads, and what was measured of it.
public struct ReportedAttention: Codable, Sendable, Equatable {
    /// A neuron and a head of a later layer.
    public struct Pair: Codable, Sendable, Equatable {
        /// The neuron's layer and index.
        public var layer, neuron: Int
        /// The head's layer and number.
        public var headLayer, head: Int
        /// Activation or deactivation; nil where random directions would do as much somewhere in the model.
        public var effect: String?
        /// Whether the neuron is universal.
        public var isUniversal: Bool
        /// The score by weights, and the cosine behind it.
        public var score, cosine: Double
        /// What all but two in a thousand random directions score with this head; nil where it is not known.
        public var null: ClosedRange<Double>?

        /// A pair with its score.
        public init(
            layer: Int, neuron: Int, headLayer: Int, head: Int, effect: String?, isUniversal: Bool, score: Double, cosine: Double,
            null: ClosedRange<Double>? = nil
        ) {
            (self.layer, self.neuron) = (layer, neuron)
            (self.headLayer, self.head) = (headLayer, head)
            self.effect = effect
            self.isUniversal = isUniversal
            (self.score, self.cosine) = (score, cosine)
            self.null = null
        }

        /// The neuron's name, and the head's.
        var name: String { "\(layer).\(neuron)" }
        var headName: String { "\(headLayer).\(head)" }
    }

    /// What an ablation of the path between a neuron and a head has measured.
    public struct Ablation: Codable, Sendable, Equatable {
        /// A change with its correlation with the activation.
        public struct Change: Codable, Sendable, Equatable {
            /// Its mean, without the path less with it.
            public var mean: Double
            /// Pearson's and Spearman's correlation with the neuron's activation; nil where one of the two does not vary.
            public var pearson, spearman: Double?

            /// A change.
            public init(mean: Double, pearson: Double?, spearman: Double?) {
                self.mean = mean
                (self.pearson, self.spearman) = (pearson, spearman)
            }
        }

        /// The neuron's layer and index.
        public var layer, neuron: Int
        /// The head's layer and number.
        public var headLayer, head: Int
        /// Tokens that were read, and positions of them that were looked at.
        public var tokens, samples: Int
        /// The neuron's mean activation, and the head's mean attention to the first token with the path.
        public var activation, attention: Double
        /// Of the attention to the first token, and of the length of the head's output as a share of it.
        public var attentionChange, normShare: Change

        /// What was measured of a path.
        public init(
            layer: Int, neuron: Int, headLayer: Int, head: Int, tokens: Int, samples: Int, activation: Double, attention: Double,
            attentionChange: Change, normShare: Change
        ) {
            (self.layer, self.neuron) = (layer, neuron)
            (self.headLayer, self.head) = (headLayer, head)
            (self.tokens, self.samples) = (tokens, samples)
            (self.activation, self.attention) = (activation, attention)
            (self.attentionChange, self.normShare) = (attentionChange, normShare)
        }
    }

    /// The pairs with the largest scores, the largest |score| first.
    public var pairs: [Pair]
    /// Above this |cosine| a neuron is said to switch a head; nil where it is not known.
    public var threshold: Double?
    /// What was measured.
    public var ablations: [Ablation]

    /// Pairs, and what was measured of some.
    public init(pairs: [Pair], threshold: Double? = nil, ablations: [Ablation] = []) {
        self.pairs = pairs
        self.threshold = threshold
        self.ablations = ablations
    }
}
