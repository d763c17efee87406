/// What the universality analysis is asked for.
public struct UniversalityConfiguration: Hashable, Codable, Sendable {
    /// The model whose neurons are judged.
    public var reference: String
    /// The models that it is compared with, in the plan's order.
    public var others: [String]
    /// Whether the other models are compared with each other too (each with every one before it).
    public var allPairs: Bool
    /// The baseline.
    public var rotations: RotationConfiguration
    /// A neuron is universal when its excess correlation is above this.
    public var threshold: Double
    /// How many of a neuron's best and of its worst partners are kept.
    public var tail: Int
    /// Whether the universal neurons are counted over beginnings of the replicates too.
    public var showsConvergence = true
    /// Whether correlations count by their size: columns are directions, and which way one points is an accident of its model. Best partners,
    /// baselines, cross-fitted choices and cliques then go by |ρ|, the correlation of a partner keeps its sign.
    public var areSignsArbitrary = false

    /// The length of the authors' lists.
    static let usualTail = 50

    /// What is asked for; unless told otherwise with the authors' threshold and five Gaussian rotations.
    ///
    /// - Parameter tail: by itself the length of the authors' lists.
    public init(
        reference: String, others: [String], allPairs: Bool = false, rotations: RotationConfiguration = RotationConfiguration(),
        threshold: Double = 0.5, tail: Int? = nil
    ) {
        self.reference = reference
        self.others = others
        self.allPairs = allPairs
        self.rotations = rotations
        self.threshold = threshold
        self.tail = tail ?? Self.usualTail
    }

    /// Refuses settings that make no sense.
    ///
    /// - Throws: `AnalysisError.configuration` that names the setting.
    func validate() throws {
        if others.isEmpty {
            throw AnalysisError.configuration(setting: "models", reason: "there is no model to compare '\(reference)' with")
        }
        if Set(others + [reference]).count != others.count + 1 {
            throw AnalysisError.configuration(setting: "models", reason: "a model is named twice")
        }
        if rotations.kinds.isEmpty || Set(rotations.kinds).count != rotations.kinds.count {
            throw AnalysisError.configuration(setting: "rotations.kind", reason: "it must name each kind once, and at least one")
        }
        if !(1...1000).contains(rotations.draws) {
            throw AnalysisError.configuration(setting: "rotations.draws", reason: "\(rotations.draws) is not between 1 and 1000")
        }
        if !threshold.isFinite { throw AnalysisError.configuration(setting: "threshold", reason: "it is not a number") }
        if !(1...10_000).contains(tail) {
            throw AnalysisError.configuration(setting: "tail", reason: "\(tail) is not between 1 and 10000")
        }
    }

    /// What a correlation counts for beside others: itself, or its size.
    func strength(of correlation: Float) -> Float { areSignsArbitrary ? abs(correlation) : correlation }

    /// How many covariances of single replicates are added up for each pair of neurons and each matrix: over all sets of replicates that the
    /// error bars need, the members of each.
    public func additions(replicates: Int) -> Int {
        ReplicateDesign(replicates: replicates, showsConvergence: showsConvergence).sets.reduce(0) { $0 + $1.bits.nonzeroBitCount }
    }

    /// What is asked of the tokens of one domain: excess, and nothing that pairs, partners and a curve of convergence need.
    public var ofDomain: UniversalityConfiguration {
        var asked = self
        asked.allPairs = false
        asked.tail = 1
        asked.rotations.kinds = Array(rotations.kinds.prefix(1))
        asked.showsConvergence = false
        return asked
    }
}
