/// The neurons of a family in a model beside the reference.
public struct ReportedFamilyElsewhere: Codable, Sendable, Hashable {
    /// A neuron that is named.
    public struct Member: Codable, Sendable, Hashable {
        /// What it is called: "layer.neuron", or with the mark of a direction.
        public var name: String
        /// The feature that explains it best, in words.
        public var explanation: String
        /// The share of its variance that the feature explains.
        public var score: Double

        /// A member.
        public init(name: String, explanation: String, score: Double) {
            self.name = name
            self.explanation = explanation
            self.score = score
        }
    }

    /// The model's id.
    public var model: String
    /// The family's neurons in the model.
    public var all: Int
    /// Those of them that are named, the best explained first.
    public var members: [Member]
    /// Of the family's universal neurons of the reference those whose best partner in the model is of the family too; nil where the model is not
    /// compared with the reference, and where no universal neuron is of the family.
    public var partnersOfFamily: Int?

    /// A family's neurons in a model.
    public init(model: String, all: Int, members: [Member] = [], partnersOfFamily: Int? = nil) {
        self.model = model
        self.all = all
        self.members = members
        self.partnersOfFamily = partnersOfFamily
    }
}
