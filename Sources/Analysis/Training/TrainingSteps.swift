/// When in training the neurons that are universal at its end became so.
///
/// A neuron keeps its place in the model throughout training, so neuron n of layer l of a checkpoint is neuron n of layer l of the last one.
/// At each step the reference's checkpoint is compared with the other models' checkpoints of that same step.
public struct TrainingSteps: Sendable {
    /// The steps, ascending.
    public let steps: [Int]
    /// The reference at the last step.
    public let reference: ModelShape
    /// Excess of each neuron at each step, `[steps][neurons]`.
    public let excess: [[Double]]
    /// For each neuron the place of the step from which on it is universal at every step; nil for one that is not so at the last.
    public let appearance: [Int?]
    /// The universal neurons at each step.
    public let counts: [StepCount]

    /// Compares the results of a model's checkpoints.
    ///
    /// - Parameter results: the steps, ascending, each with the result that judges the reference's checkpoint.
    /// - Returns: nil for fewer than two steps.
    /// - Throws: `AnalysisError.sizeMismatch` where checkpoints have different layers.
    public init?(_ results: [(step: Int, result: UniversalityResult)]) throws {
        guard results.count > 1, let last = results.last?.result else { return nil }
        for (step, result) in results where result.reference.columns != last.reference.columns {
            throw AnalysisError.sizeMismatch(
                what: "neurons of '\(result.reference.id)', the checkpoint of step \(step)", expected: last.reference.neurons,
                found: result.reference.neurons)
        }
        let isUniversal = results.map(\.result.isUniversal)
        let appearance = Self.appearance(isUniversal)
        steps = results.map(\.step)
        reference = last.reference
        excess = results.map(\.result.excess)
        self.appearance = appearance
        counts = results.enumerated().map { place, step in
            StepCount(
                step: step.step, universal: step.result.universal,
                universalAtEnd: zip(isUniversal[place], last.isUniversal).count { $0 && $1 }, appear: appearance.count { $0 == place },
                meanExcess: step.result.baseline.meanExcess)
        }
    }

    /// For each neuron the first place from which on it is universal to the end.
    ///
    /// - Parameter isUniversal: `[steps][neurons]`.
    static func appearance(_ isUniversal: [[Bool]]) -> [Int?] {
        (0..<(isUniversal.last?.count ?? 0)).map { neuron in
            let first = (isUniversal.lastIndex { !$0[neuron] } ?? -1) + 1
            return first < isUniversal.count ? first : nil
        }
    }
}
