/// How many neurons have which role in which layer.
public struct RoleSummary: Hashable, Codable, Sendable {
    /// The neurons of one role.
    public struct Count: Hashable, Codable, Sendable {
        /// The role.
        public let role: NeuronRole
        /// Neurons that have it, for each layer.
        public var neurons: [Int]
        /// The universal ones among them, for each layer.
        public var universal: [Int]
    }

    /// A count for each role.
    public let counts: [Count]

    /// Counts roles.
    ///
    /// - Parameters:
    ///   - roles: of the model's neurons, layer by layer; nil for one without.
    ///   - isUniversal: whether each of them is universal.
    ///   - layers: neurons of each layer.
    /// - Throws: `AnalysisError.sizeMismatch` when there are not as many of each.
    public init(_ roles: [NeuronRole?], isUniversal: [Bool], layers: [Int]) throws {
        guard roles.count == isUniversal.count, layers.reduce(0, +) == roles.count else {
            throw AnalysisError.sizeMismatch(what: "neurons with a verdict", expected: roles.count, found: isUniversal.count)
        }
        let zeros = Array(repeating: 0, count: layers.count)
        var counts = NeuronRole.allCases.map { Count(role: $0, neurons: zeros, universal: zeros) }
        var neuron = 0
        for (layer, count) in layers.enumerated() {
            for _ in 0..<count {
                if let place = counts.firstIndex(where: { $0.role == roles[neuron] }) {
                    counts[place].neurons[layer] += 1
                    counts[place].universal[layer] += isUniversal[neuron] ? 1 : 0
                }
                neuron += 1
            }
        }
        self.counts = counts
    }

    /// The count of a role.
    public func count(of role: NeuronRole) -> Count? { counts.first { $0.role == role } }
}
