import Models

/// Means over tokens and their standard errors over rows, from the sums of rows that come in a fixed order: as ``InterventionTally``.
public struct SubstitutionTally: Sendable {
    private let question: SubstitutionQuestion
    private let subjects: [[SubstitutionQuestion.Neuron]]
    private var rows = 0
    private var tokens = 0
    /// Over rows, `[1 + conditions, measures]`: of the figures, and of their changes.
    private var figures, changes: [RowMoments]
    /// The recovered shares of the loss, `[subjects]`.
    private var recovered, randomRecovered: [RowRatio]

    private static let kinds = SubstitutionQuestion.Kind.allCases
    private static let measures = SubstitutionComputation.measures

    /// No rows yet.
    public init(_ question: SubstitutionQuestion) {
        self.question = question
        subjects = question.subjects
        let count = (1 + Self.kinds.count * subjects.count) * Self.measures.count
        figures = Array(repeating: RowMoments(), count: count)
        changes = figures
        recovered = Array(repeating: RowRatio(), count: subjects.count)
        randomRecovered = recovered
    }

    /// Where the sums of a subject's condition begin.
    private func place(ofSubject subject: Int, _ kind: SubstitutionQuestion.Kind) -> Int {
        (1 + Self.kinds.count * subject + (Self.kinds.firstIndex(of: kind) ?? 0)) * Self.measures.count
    }

    /// Adds rows behind those that it has.
    ///
    /// - Throws: `AnalysisError.sizeMismatch` for the sums of another question.
    public mutating func add(_ added: InterventionRows) throws {
        guard added.sums.count == added.count * figures.count else {
            throw AnalysisError.sizeMismatch(what: "sums of a row", expected: figures.count, found: added.sums.count / max(1, added.count))
        }
        let loss = Self.measures.firstIndex(of: .loss) ?? 0
        for row in 0..<added.count {
            rows += 1
            tokens += added.tokens
            let means = added.sums[row * figures.count..<(row + 1) * figures.count].map { $0 / Double(added.tokens) }
            for index in figures.indices {
                figures[index].add(means[index])
                changes[index].add(means[index] - means[index % Self.measures.count])
            }
            for subject in subjects.indices {
                let ofMean = means[place(ofSubject: subject, .mean) + loss]
                let cost = ofMean - means[loss]
                recovered[subject].add(ofMean - means[place(ofSubject: subject, .match) + loss], of: cost)
                randomRecovered[subject].add(ofMean - means[place(ofSubject: subject, .random) + loss], of: cost)
            }
        }
    }

    /// What the rows say.
    public var summary: SubstitutionSummary {
        func figures(at first: Int) -> [String: InterventionSummary.Figure] {
            let pairs = Self.measures.enumerated().map { place, measure in
                (
                    measure.rawValue,
                    InterventionSummary.Figure(
                        mean: self.figures[first + place].estimate, change: first > 0 ? changes[first + place].estimate : nil)
                )
            }
            return Dictionary(uniqueKeysWithValues: pairs)
        }
        return SubstitutionSummary(
            model: question.model, other: question.other, rows: rows, tokens: tokens, neurons: question.neurons.count,
            unmodified: figures(at: 0),
            subjects: subjects.enumerated().map { subject, neurons in
                let effects = Self.kinds.map { ($0.rawValue, figures(at: place(ofSubject: subject, $0))) }
                return SubstitutionSummary.Subject(
                    neuron: neurons.count == 1 ? neurons[0] : nil, effects: Dictionary(uniqueKeysWithValues: effects),
                    recovered: recovered[subject].estimate, randomRecovered: randomRecovered[subject].estimate)
            })
    }
}
