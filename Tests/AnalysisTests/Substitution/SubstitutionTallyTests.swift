import Models
import SmallRuns
import Storage
import Testing

@testable import Analysis

@Suite("The sums of substitutions")
struct SubstitutionTallyTests {
    private static let tokens = 9
    private static func neuron(_ layer: Int, _ neuron: Int) -> SubstitutionQuestion.Neuron {
        .init(
            NeuronPlace(layer: layer, neuron: neuron), mean: 0.5,
            match: NeuronSubstitution.Source(layer: 1, neuron: 4, mean: 0.25, slope: 2), correlation: 0.9,
            random: NeuronSubstitution.Source(layer: 1, neuron: 6, mean: 0, slope: 0.1), randomCorrelation: 0.05)
    }
    private let question = SubstitutionQuestion(model: "a", other: "b", neurons: [neuron(1, 7), neuron(0, 2)])

    /// Sums of rows, `[rows, 10, 3]`: two neurons and both together, in three ways.
    private func sums(rows: Int) -> PredictionRows {
        var generator = SeededGenerator(seed: 4)
        return PredictionRows(
            count: rows, tokens: Self.tokens, sums: (0..<rows * 30).map { _ in Double.random(in: 1...40, using: &generator) })
    }

    private func summary(_ parts: [PredictionRows]) throws -> SubstitutionSummary {
        var tally = SubstitutionTally(question)
        for part in parts { try tally.add(part) }
        return tally.summary
    }

    @Test("a question asks for each neuron alone in three ways, then for all together, and is known by what takes their place")
    func conditions() throws {
        #expect(question.subjects.map { $0.map(\.place.layer) } == [[0], [1], [0, 1]])
        #expect(question.conditions.map(\.count) == [1, 1, 1, 1, 1, 1, 2, 2, 2])
        #expect(question.conditions.map { $0[0].source?.neuron } == [4, nil, 6, 4, nil, 6, 4, nil, 6])
        let together = SubstitutionQuestion(model: "a", other: "b", neurons: question.neurons, isTogetherOnly: true)
        #expect(together.subjects == [question.neurons])
        let single = SubstitutionQuestion(model: "a", other: "b", neurons: [question.neurons[0]], isTogetherOnly: true)
        #expect(single.subjects == [[question.neurons[0]]])
        let plan = Digest(of: "plan")
        let identities = try [question.identity(in: plan), together.identity(in: plan), question.identity(in: Digest(of: "another"))]
        #expect(Set(identities).count == 3)
        let turned = SubstitutionQuestion(model: "a", other: "b", neurons: question.neurons.reversed())
        #expect(try turned.identity(in: plan) == identities[0])
    }

    @Test("give changes, and the share of the loss that is recovered with its error, as the plain formulas do")
    func formulas() throws {
        let rows = 12
        let all = sums(rows: rows)
        let found = try summary([all])
        #expect(found.rows == rows && found.tokens == rows * Self.tokens && found.neurons == 2 && found.subjects.count == 3)
        /// The means of a row.
        func mean(_ row: Int, _ condition: Int, _ measure: Int) -> Double {
            all.sums[(row * 10 + condition) * 3 + measure] / Double(Self.tokens)
        }
        func average(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        func error(_ values: [Double]) -> Double {
            let mean = average(values)
            return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows - 1) / Double(rows)).squareRoot()
        }
        for (subject, entry) in found.subjects.enumerated() {
            for (place, kind) in SubstitutionQuestion.Kind.allCases.enumerated() {
                let changes = (0..<rows).map { mean($0, 1 + 3 * subject + place, 0) - mean($0, 0, 0) }
                let change = try #require(entry[kind]["loss"]?.change)
                #expect(abs(change.value - average(changes)) < 1e-12)
                #expect(abs((change.standardError ?? .nan) - error(changes)) < 1e-12)
                let divergences = (0..<rows).map { mean($0, 1 + 3 * subject + place, 2) }
                #expect(try abs(#require(entry[kind]["kl"]?.mean.value) - average(divergences)) < 1e-12)
            }
            let costs = (0..<rows).map { mean($0, 2 + 3 * subject, 0) - mean($0, 0, 0) }
            for (condition, share) in [(1, entry.recovered), (3, entry.randomRecovered)] {
                let gains = (0..<rows).map { mean($0, 2 + 3 * subject, 0) - mean($0, condition + 3 * subject, 0) }
                guard average(costs) > 0 else {
                    #expect(share == nil)
                    continue
                }
                let ratio = average(gains) / average(costs)
                let estimate = try #require(share)
                #expect(abs(estimate.value - ratio) < 1e-10 * max(1, abs(ratio)))
                let expected = error(zip(gains, costs).map { $0 - ratio * $1 }) / average(costs)
                #expect(abs((estimate.standardError ?? .nan) - expected) < 1e-9 * max(1, expected))
            }
        }
        #expect(found.subjects.map(\.neuron?.place.layer) == [0, 1, nil])
    }

    @Test("are the same figures however rows are cut into batches, and the table has a row for each subject")
    func batches() throws {
        let all = sums(rows: 7)
        let parts = [0..<3, 3..<4, 4..<7].map { range in
            PredictionRows(
                count: range.count, tokens: Self.tokens, sums: Array(all.sums[range.lowerBound * 30..<range.upperBound * 30]))
        }
        let found = try summary([all])
        #expect(try JSONFile.encode(summary(parts)) == JSONFile.encode(found))
        let lines = SubstitutionTable(found).csv.split(separator: "\n")
        #expect(lines.count == 4 && lines.allSatisfy { $0.filter { $0 == "," }.count == SubstitutionTable.columns.count - 1 })
        #expect(lines[0].hasPrefix("layer,neuron,from,") && lines[1].hasPrefix("0,2,b,1,4,0.9,2.0,1,6,0.05,7,63,"))
        #expect(lines[3].hasPrefix(",,b,,,,,,,,7,63,"))
        var tally = SubstitutionTally(question)
        #expect(throws: AnalysisError.self) { try tally.add(PredictionRows(count: 1, tokens: 9, sums: [1, 2, 3])) }
    }
}
