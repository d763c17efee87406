import Glibc
import Kernels
import Statistics

/// How likely it is that a neuron's best partner is not among its candidates.
///
/// A partner j that was not followed has the pilot's z(ρ_j). Over all N tokens, of which the pilot's n are a part, it would have another one,
/// taken for normal around the pilot's with variance s² (1 − n / N), s being the neuron's ``PilotAnalysis/spreads(model:)``. It would have
/// been the best with the probability that this passes the z of the best candidate over all tokens; a neuron's best was missed with the
/// probability that any of them does, as if they were independent. That is cautious: of many partners of about equal correlations the
/// pilot's highest are rather too high. Neurons without variance on the pilot count as missed.
///
/// The pilot's correlations of all pairs are gone through once more.
struct MissedPartners {
    let plan: UniversalityPlan
    let pilot: PilotAnalysis
    /// The pilot's statistics.
    let pilotStatistics: any BlockStatistics
    /// The candidates.
    let statistics: StoredStatistics
    let result: UniversalityResult

    /// Below a millionth of a millionth a probability is none.
    private static let reach = 7.0

    /// The probability of each neuron of the reference, `[models][neurons]`.
    ///
    /// - Parameters:
    ///   - check: asked before each block, from any thread; what it throws ends the work.
    ///   - progress: called after each block, from any thread.
    func probabilities(
        team: ThreadTeam, check: @escaping @Sendable () throws -> Void, progress: @escaping @Sendable () -> Void
    ) throws -> [[Double]] {
        try plan.others.indices.map { try probabilities(model: $0, team: team, check: check, progress: progress) }
    }

    private func probabilities(
        model m: Int, team: ThreadTeam, check: @escaping @Sendable () throws -> Void, progress: @escaping @Sendable () -> Void
    ) throws -> [Double] {
        let (reference, model) = (plan.reference, plan.others[m])
        let share = Double(pilot.tokens) / Double(max(result.tokens, 1))
        let rest = max(0, 1 - share).squareRoot()
        let spreads = pilot.spreads(model: m).map { $0 * rest }
        let best = result.matches[m].best.map { FisherTransform.z(Double(plan.configuration.strength(of: $0))) }
        let items = model.groups.flatMap { group in plan.comparedLayers(of: reference, with: group).map { (group: group, layer: $0) } }
        // −ln of the probability that no partner of the block passes, `[items][rows]`.
        let found = try team.map(items.count) { item, _ in
            try check()
            let (group, layer) = items[item]
            guard let block = plan.layout.block(rows: reference.groups[layer], columns: group), let pairs = statistics.candidates(of: block)
            else { throw AnalysisError.missingBlock(rows: "\(reference.id).\(layer)", columns: plan.layout.groups[group].name) }
            let (rows, columns) = (reference.columns[layer], plan.layout.groups[group].columns)
            let correlations = Scratch<Float>(rows * columns, repeating: 0)
            try pilotStatistics.correlations(of: block, over: plan.design.sets[0], into: correlations.pointer)
            if plan.configuration.areSignsArbitrary {
                for entry in 0..<rows * columns { correlations.pointer[entry] = abs(correlations.pointer[entry]) }
            }
            for index in 0..<pairs.count { correlations.pointer[Int(pairs.rows[index]) * columns + Int(pairs.columns[index])] = -1 }
            defer { progress() }
            return (0..<rows).map { row in
                let neuron = reference.offsets[layer] + row
                guard spreads[neuron] > 0 else { return 0.0 }
                let floor = Float(tanh(best[neuron] - Self.reach * spreads[neuron]))
                let values = correlations.pointer + row * columns
                var sum = 0.0
                for column in 0..<columns where values[column] > floor {
                    let distance = (best[neuron] - FisherTransform.z(Double(values[column]))) / spreads[neuron]
                    sum -= log1p(-min(0.999_999, 0.5 * erfc(distance / 2.0.squareRoot())))
                }
                return sum
            }
        }
        var sums = [Double](repeating: 0, count: reference.neurons)
        for (item, values) in zip(items, found) {
            for (row, value) in values.enumerated() { sums[reference.offsets[item.layer] + row] += value }
        }
        let silent = pilot.silent(reference.id).subtracting((result.zeroVariance[reference.id] ?? []).map { Int32(truncatingIfNeeded: $0) })
        return sums.indices.map { silent.contains(Int32(truncatingIfNeeded: $0)) ? 1 : -expm1(-sums[$0]) }
    }
}
