import Models

/// The figures of each subject, and the share of the loss that is recovered, from the sums of rows that come in a fixed order.
public struct SubstitutionTally: PredictionTally {
    private let question: SubstitutionQuestion
    private let subjects: [[SubstitutionQuestion.Neuron]]
    private var moments: ConditionMoments
    /// The recovered shares of the loss, `[subjects]`.
    private var recovered, randomRecovered: [RowRatio]

    private static let kinds = SubstitutionQuestion.Kind.allCases

    /// No rows yet.
    public init(_ question: SubstitutionQuestion) {
        self.question = question
        subjects = question.subjects
        moments = ConditionMoments(conditions: Self.kinds.count * subjects.count, measures: question.measures.map(\.rawValue))
        recovered = Array(repeating: RowRatio(), count: subjects.count)
        randomRecovered = recovered
    }

    /// The place of a subject's condition behind the unmodified run, which is 0.
    private static func condition(ofSubject subject: Int, _ kind: SubstitutionQuestion.Kind) -> Int {
        1 + kinds.count * subject + (kinds.firstIndex(of: kind) ?? 0)
    }

    /// Adds rows behind those that it has.
    ///
    /// - Throws: `AnalysisError.sizeMismatch` for the sums of another question.
    public mutating func add(_ added: PredictionRows) throws {
        let measures = question.measures
        let loss = measures.firstIndex(of: .loss) ?? 0
        for means in try moments.add(added) {
            for subject in subjects.indices {
                func lossOf(_ kind: SubstitutionQuestion.Kind) -> Double {
                    means[Self.condition(ofSubject: subject, kind) * measures.count + loss]
                }
                let cost = lossOf(.mean) - means[loss]
                recovered[subject].add(lossOf(.mean) - lossOf(.match), of: cost)
                randomRecovered[subject].add(lossOf(.mean) - lossOf(.random), of: cost)
            }
        }
    }

    /// What the rows say.
    public var summary: SubstitutionSummary {
        SubstitutionSummary(
            model: question.model, other: question.other, rows: moments.rows, tokens: moments.tokens, neurons: question.neurons.count,
            unmodified: moments.figures(ofCondition: 0),
            subjects: subjects.enumerated().map { subject, neurons in
                let effects = Self.kinds.map { ($0.rawValue, moments.figures(ofCondition: Self.condition(ofSubject: subject, $0))) }
                return SubstitutionSummary.Subject(
                    neuron: neurons.count == 1 ? neurons[0] : nil, effects: Dictionary(uniqueKeysWithValues: effects),
                    recovered: recovered[subject].estimate, randomRecovered: randomRecovered[subject].estimate)
            })
    }
}
