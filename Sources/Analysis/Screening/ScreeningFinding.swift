import Kernels
import Statistics

/// What a screened run says about itself: what it was based on, and what that may have cost. A part of `summary.json`.
public struct ScreeningFinding: Codable, Hashable, Sendable {
    /// Counted tokens of the pilot, which has all pairs; the other tokens have the candidates' only.
    public var pilotTokens: Int
    /// The confidence of the bounds that candidates were chosen by.
    public var confidence: Double
    /// The most candidates that a neuron of the reference has in another model.
    public var mostCandidates: Int
    /// How many it has in the mean.
    public var meanCandidates: Double
    /// The share of neurons and models whose bound asked for more candidates than a neuron can have.
    public var limited: Double
    /// The estimated probability that a neuron's best partner in a model was missed, mean over neurons of the reference and other models.
    public var missed: Double
    /// The same over neurons with an excess above 0.3; nil where there are none.
    public var missedAbove: Double?
    /// Neurons of the reference without variance on the pilot that vary over all tokens: their candidates were chosen blindly.
    public var silentInPilot: Int
    /// By how much the mean baseline, which is the pilot's, is too high, and the mean excess too low, by the jackknife: up to twice as much where
    /// activations have heavy tails. Nil where that is not known.
    public var baselineBias: Double?

    enum CodingKeys: String, CodingKey {
        case confidence, limited, missed
        case pilotTokens = "pilot_tokens"
        case mostCandidates = "most_candidates"
        case meanCandidates = "mean_candidates"
        case missedAbove = "missed_above_0.3"
        case silentInPilot = "silent_in_pilot"
        case baselineBias = "baseline_bias"
    }

    /// The excess above which neurons are counted apart.
    static let excess = 0.3
}

extension ScreenedAnalysis {
    /// What the run says about itself.
    ///
    /// - Parameters:
    ///   - result: of this analysis.
    ///   - pilotStatistics: all pairs of the pilot.
    ///   - lists: the candidates.
    ///   - team: the threads; as many of them work as the memory is enough for, and at least one.
    ///   - memory: bytes that the merged tables and the blocks at work may take together.
    ///   - check: asked before each block, from any thread; what it throws ends the work.
    ///   - progress: called after each of `comparedBlocks`, from any thread.
    /// - Throws: an `AnalysisError`, or what the statistics or `check` throw.
    public func finding(
        on result: UniversalityResult, pilotStatistics: any BlockStatistics, lists: [CandidateList], team: ThreadTeam,
        memory: Int, check: @escaping @Sendable () throws -> Void = {}, progress: @escaping @Sendable () -> Void = {}
    ) throws -> ScreeningFinding {
        let placement = self.memory.placement(threads: team.count, memory: memory)
        let probabilities = try MissedPartners(
            plan: plan, pilot: pilot, pilotStatistics: pilotStatistics, statistics: statistics, result: result
        ).probabilities(team: ThreadTeam(count: placement.blocks), check: check, progress: progress)
        func mean(_ neurons: [Int]) -> Double {
            probabilities.reduce(0) { sum, model in sum + neurons.reduce(0) { $0 + model[$1] } }
                / Double(max(1, probabilities.count * neurons.count))
        }
        let above = result.excess.indices.filter { result.excess[$0] > ScreeningFinding.excess }
        let counts = lists.filter { $0.source == plan.reference.id }.flatMap { list in (0..<list.neurons).map(list.count(of:)) }
        let silent = pilot.silent(plan.reference.id).subtracting(
            (result.zeroVariance[plan.reference.id] ?? []).map { Int32(truncatingIfNeeded: $0) })
        return ScreeningFinding(
            pilotTokens: pilot.tokens, confidence: pilot.rule.confidence, mostCandidates: counts.max() ?? 0,
            meanCandidates: Double(counts.reduce(0, +)) / Double(max(1, counts.count)),
            limited: pilot.rule.count == nil
                ? Double(counts.count { $0 >= pilot.rule.limit }) / Double(max(1, counts.count)) : 0,
            missed: mean(Array(result.excess.indices)), missedAbove: above.isEmpty ? nil : mean(above), silentInPilot: silent.count,
            baselineBias: pilot.baselineBias)
    }
}
