import Analysis
import Models
import Pipeline

/// The families of neurons, and who belongs to them.
struct FamilyMapping {
    /// What features say about the reference's neurons.
    let explanations: FeatureExplanations
    /// The same of the other models'; empty where the reference alone was explained.
    let others: [ModelExplanations]
    /// Universality of the reference.
    let result: UniversalityResult
    /// How many members of a family are named.
    let named: Int
    /// What the run's columns are called.
    let columns: ColumnNames

    /// - Throws: `AnalysisError.sizeMismatch` when the explanations are of other neurons.
    init(
        _ explanations: FeatureExplanations, others: [ModelExplanations], result: UniversalityResult, named: Int, columns: ColumnNames
    ) throws {
        let shapes =
            [(result.reference, explanations)]
            + result.matches.compactMap { match in
                others.first { $0.model == match.model.id }.map { (match.model, $0.explanations) }
            }
        for (model, explanations) in shapes where explanations.neurons.count != model.neurons {
            throw AnalysisError.sizeMismatch(
                what: "neurons with an explanation", expected: model.neurons, found: explanations.neurons.count)
        }
        self.explanations = explanations
        self.others = others
        self.result = result
        self.named = named
        self.columns = columns
    }

    /// The families that any model has neurons of.
    ///
    /// - Parameter listed: the reference's neurons that the table lists.
    func families(listed: [Int]) throws -> [ReportedFamily] {
        try FamilySummary(explanations.neurons, isUniversal: result.isUniversal).counts.compactMap { count -> ReportedFamily? in
            let members = explanations.neurons.indices.filter { explanations.neurons[$0].family == count.family }
            let none = Array(repeating: 0, count: result.reference.layers)
            var (all, universal) = (none, none)
            for index in members {
                let layer = result.reference.position(of: index).layer
                all[layer] += 1
                universal[layer] += result.isUniversal[index] ? 1 : 0
            }
            let elsewhere = others.map { self.elsewhere(count.family, in: $0, members: members) }
            guard count.neurons > 0 || elsewhere.contains(where: { $0.all > 0 }) else { return nil }
            return ReportedFamily(
                name: count.family?.rawValue ?? ReportContent.unexplained, all: count.neurons, universal: count.universal,
                listed: listed.count { explanations.neurons[$0].family == count.family }, allByLayer: all, universalByLayer: universal,
                members: count.family == nil ? [] : self.members(members), elsewhere: elsewhere)
        }
    }

    /// The members of a family that are named: universal ones first, by excess, then the others by how well they are explained.
    private func members(_ members: [Int]) -> [ReportedFamilyMember] {
        func score(_ index: Int) -> Double { explanations.neurons[index].best?.score ?? 0 }
        func rank(_ index: Int) -> Double { result.isUniversal[index] ? 2 + result.excess[index] : score(index) }
        let ordered = members.map { (index: $0, rank: rank($0)) }.sorted { ($0.rank, $1.index) > ($1.rank, $0.index) }
        return ordered.prefix(max(0, named)).map { index, _ in
            let position = result.reference.position(of: index)
            return ReportedFamilyMember(
                layer: position.layer, neuron: position.neuron, name: columns.name(layer: position.layer, column: position.neuron),
                isUniversal: result.isUniversal[index], excess: result.excess[index],
                explanation: explanations.words(of: explanations.neurons[index]) ?? "", score: score(index),
                partners: result.matches.map { match in
                    let partner = match.model.position(of: Int(match.partner[index]))
                    return columns.name(layer: partner.layer, column: partner.neuron)
                }, partnerExplanations: others.isEmpty ? [] : result.matches.map { partnerExplanation(of: index, in: $0) })
        }
    }

    /// What the best partner of a neuron responds to; empty for nothing, and for a model that was not explained.
    private func partnerExplanation(of index: Int, in match: ModelMatches) -> String {
        guard let model = others.first(where: { $0.model == match.model.id }) else { return "" }
        let neuron = model.explanations.neurons[Int(match.partner[index])]
        guard let words = model.explanations.words(of: neuron), let best = neuron.best else { return "" }
        return "\(words), \(NumberFormat.percent(best.score, 0))"
    }

    /// A family in another model.
    ///
    /// - Parameter members: the family's neurons of the reference.
    private func elsewhere(_ family: FeatureFamily?, in model: ModelExplanations, members: [Int]) -> ReportedFamilyElsewhere {
        let neurons = model.explanations.neurons
        let own = neurons.indices.filter { neurons[$0].family == family }
        func score(_ index: Int) -> Double { neurons[index].best?.score ?? 0 }
        let ordered = own.map { (index: $0, score: score($0)) }.sorted { ($0.score, $1.index) > ($1.score, $0.index) }
        // As many of all models together as of the reference, and one of each.
        let shown = family == nil || named <= 0 ? 0 : max(1, named / max(1, others.count))
        let universal = members.filter { result.isUniversal[$0] }
        let match = result.matches.first { $0.model.id == model.model }
        return ReportedFamilyElsewhere(
            model: model.model, all: own.count,
            members: ordered.prefix(shown).map { index, score in
                ReportedFamilyElsewhere.Member(
                    name: columns.name(layer: neurons[index].layer, column: neurons[index].neuron),
                    explanation: model.explanations.words(of: neurons[index]) ?? "", score: score)
            },
            partnersOfFamily: universal.isEmpty
                ? nil : match.map { match in universal.count { neurons[Int(match.partner[$0])].family == family } })
    }
}

extension FeatureExplanations {
    /// A neuron's best feature in words; nil when it is unexplained.
    func words(of neuron: NeuronExplanation) -> String? {
        explanation(of: neuron).map { (neuron.best?.isNegative == true ? Self.negation : "") + $0 }
    }
}
