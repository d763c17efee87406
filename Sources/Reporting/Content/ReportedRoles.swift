/// The prediction, suppression and partition neurons of the reference.
public struct ReportedRoles: Codable, Sendable, Equatable {
    /// The neurons of one role.
    public struct Role: Codable, Sendable, Equatable {
        /// The role's name.
        public var name: String
        /// Neurons that have it, `[layers]`, and the universal ones among them.
        public var all, universal: [Int]
        /// The strongest of them, the strongest first.
        public var strongest: [Neuron]

        /// A role.
        public init(name: String, all: [Int], universal: [Int], strongest: [Neuron] = []) {
            self.name = name
            self.all = all
            self.universal = universal
            self.strongest = strongest
        }
    }

    /// A neuron with a role.
    public struct Neuron: Codable, Sendable, Equatable {
        /// Layer and index.
        public var layer, neuron: Int
        /// Whether it is universal.
        public var isUniversal: Bool
        /// Variance, skewness and kurtosis of its effect on the vocabulary; nil where one is not finite.
        public var variance, skewness, kurtosis: Double?
        /// The feature of the tokens that explains most of the effect, and the share of the variance that it does.
        public var feature: String?
        /// That share.
        public var featureShare: Double?
        /// The tokens that it raises most, and those that it lowers most.
        public var promoted, suppressed: [ReportedToken]

        /// A neuron's effect.
        public init(
            layer: Int, neuron: Int, isUniversal: Bool, variance: Double?, skewness: Double?, kurtosis: Double?, feature: String? = nil,
            featureShare: Double? = nil, promoted: [ReportedToken], suppressed: [ReportedToken]
        ) {
            self.layer = layer
            self.neuron = neuron
            self.isUniversal = isUniversal
            (self.variance, self.skewness, self.kurtosis) = (variance, skewness, kurtosis)
            self.feature = feature
            self.featureShare = featureShare
            self.promoted = promoted
            self.suppressed = suppressed
        }
    }

    /// Neurons of each layer, and universal ones.
    public var neuronsByLayer, universalByLayer: [Int]
    /// The roles.
    public var roles: [Role]

    /// The roles of a model's neurons.
    public init(neuronsByLayer: [Int], universalByLayer: [Int], roles: [Role]) {
        self.neuronsByLayer = neuronsByLayer
        self.universalByLayer = universalByLayer
        self.roles = roles
    }
}
