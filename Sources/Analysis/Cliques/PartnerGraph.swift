/// Mutual best partners over some models: the neurons that are, each in the other's model, the one of highest correlation.
///
/// A neuron has at most one mutual partner in each other model. Neurons without variance, whose correlations are all 0, have none.
public struct PartnerGraph: Sendable {
    /// Neurons of each model.
    public let neurons: [Int]
    /// For each model and each other one the mutual partner of each neuron, −1 where it has none, `[models][models][neurons]`; empty for a
    /// model and itself.
    private let partners: [[[Int32]]]
    /// The correlation of a neuron with its best partner, in the same order.
    private let correlations: [[[Float]]]

    /// Keeps of best partners those that are mutual.
    ///
    /// - Parameters:
    ///   - neurons: of each model.
    ///   - best: for two models the best partner of each neuron of the first in the second, and its correlation; asked once for each ordered
    ///     pair. A partner of −1, and a correlation that is not above 0, is none.
    public init(neurons: [Int], best: (_ model: Int, _ other: Int) -> (partners: [Int32], correlations: [Float])) {
        let models = neurons.indices
        let found = models.map { model in models.map { model == $0 ? ([], []) : best(model, $0) } }
        self.neurons = neurons
        partners = models.map { model in
            models.map { other in
                let (mine, theirs) = (found[model][other], found[other][model])
                return mine.0.enumerated().map { neuron, partner in
                    guard mine.1[neuron] > 0, theirs.0.indices.contains(Int(partner)), theirs.0[Int(partner)] == Int32(neuron) else {
                        return -1
                    }
                    return partner
                }
            }
        }
        correlations = found.map { $0.map(\.1) }
    }

    /// The mutual partners of the models of a result, by the size of correlations where their signs are arbitrary; nil where not all pairs of
    /// them were compared.
    public init?(_ result: UniversalityResult) {
        let models = [result.reference] + result.matches.map(\.model)
        var pairs: [[String]: PairSummary] = [:]
        for pair in result.pairs { pairs[[pair.earlier.id, pair.later.id]] = pair }
        guard pairs.count == models.count * (models.count - 1) / 2 else { return nil }
        self.init(neurons: models.map(\.neurons)) { model, other in
            let (one, two) = (models[model].id, models[other].id)
            let direction = pairs[[one, two]]?.forward ?? pairs[[two, one]]?.backward
            let partners = direction?.partners.highest
            return (partners?.firstPartners ?? [], partners?.firstValues.map(result.configuration.strength(of:)) ?? [])
        }
    }

    /// The mutual partner of a neuron in another model.
    public func partner(of member: CliqueMember, in model: Int) -> CliqueMember? {
        guard member.model != model else { return nil }
        let partner = partners[member.model][model][member.neuron]
        return partner < 0 ? nil : CliqueMember(model: model, neuron: Int(partner))
    }

    /// The correlation of two mutual partners.
    func correlation(_ first: CliqueMember, _ second: CliqueMember) -> Float { correlations[first.model][second.model][first.neuron] }

    /// All cliques: the largest first, then the strongest, then by members.
    ///
    /// A clique is found at its first member, among that neuron's partners: at most one for each other model. So the work is that many small
    /// searches (Bron and Kerbosch's with a pivot, at worst 3^(models / 3) cliques at a neuron), whatever the graph.
    ///
    /// - Parameter check: asked now and then; what it throws ends the search.
    public func cliques(check: () throws -> Void) rethrows -> [Clique] {
        var found: [Clique] = []
        for model in neurons.indices {
            for neuron in 0..<neurons[model] {
                if neuron % 4_096 == 0 { try check() }
                let first = CliqueMember(model: model, neuron: neuron)
                let partners = neurons.indices.compactMap { partner(of: first, in: $0) }
                guard partners.contains(where: { $0.model > model }) else { continue }
                extend(
                    [first], candidates: partners.filter { $0.model > model }, excluded: partners.filter { $0.model < model }, into: &found)
            }
        }
        return found.sorted { first, second in
            if first.size != second.size { return first.size > second.size }
            if first.strength != second.strength { return first.strength > second.strength }
            return first.members.lexicographicallyPrecedes(second.members)
        }
    }

    /// All cliques, in the same order.
    public func cliques() -> [Clique] { cliques(check: {}) }

    private func areMutual(_ first: CliqueMember, _ second: CliqueMember) -> Bool { partner(of: first, in: second.model) == second }

    /// Adds the cliques that have all of `members` and no `excluded` neuron could join.
    private func extend(_ members: [CliqueMember], candidates: [CliqueMember], excluded: [CliqueMember], into found: inout [Clique]) {
        if candidates.isEmpty {
            if excluded.isEmpty, members.count > 1 { found.append(clique(members)) }
            return
        }
        func reach(_ member: CliqueMember) -> Int { candidates.count { areMutual($0, member) } }
        let pivot = (candidates + excluded).max { reach($0) < reach($1) }
        var (candidates, excluded) = (candidates, excluded)
        for member in candidates where pivot.map({ !areMutual($0, member) }) ?? true {
            extend(
                members + [member], candidates: candidates.filter { areMutual($0, member) },
                excluded: excluded.filter { areMutual($0, member) }, into: &found)
            candidates.removeAll { $0 == member }
            excluded.append(member)
        }
    }

    private func clique(_ members: [CliqueMember]) -> Clique {
        let members = members.sorted()
        var strength = Float.infinity
        for (place, first) in members.enumerated() {
            for second in members[(place + 1)...] { strength = min(strength, correlation(first, second)) }
        }
        return Clique(members: members, strength: strength)
    }
}
