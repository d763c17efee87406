import Models
import SmallRuns
import Storage
import Testing

@testable import Analysis

@Suite("The sums of interventions")
struct InterventionTallyTests {
    private static let tokens = 9
    private let question = InterventionQuestion(
        model: "a", neurons: [NeuronPlace(layer: 1, neuron: 7)], frozen: [.nothing, .norm]
    ) { _ in [Intervention(.fixed, value: -0.17), Intervention(.zero, place: .pre)] }

    /// Sums of rows, `[rows, 5, 5]`.
    private func sums(rows: Int) -> PredictionRows {
        var generator = SeededGenerator(seed: 4)
        return PredictionRows(
            count: rows, tokens: Self.tokens, sums: (0..<rows * 25).map { _ in Double.random(in: 1...40, using: &generator) })
    }

    private func part(_ all: PredictionRows, _ range: Range<Int>) -> PredictionRows {
        PredictionRows(
            count: range.count, tokens: all.tokens, sums: Array(all.sums[range.lowerBound * 25..<range.upperBound * 25]))
    }

    private func summary(_ parts: [PredictionRows]) throws -> InterventionSummary {
        var tally = InterventionTally(question)
        for part in parts { try tally.add(part) }
        return tally.summary
    }

    @Test("a question has all changes of all neurons, each with everything that may be frozen")
    func conditions() throws {
        #expect(question.conditions.map(\.frozen) == [.nothing, .norm, .nothing, .norm])
        #expect(question.conditions.map(\.intervention.kind) == [.fixed, .fixed, .zero, .zero])
        #expect(question.measures == [.loss, .entropy, .rank, .reciprocalRank, .scale] && !question.hasFrequencies)
        let other = InterventionQuestion(model: "a", neurons: [NeuronPlace(layer: 1, neuron: 7)], frozen: [.nothing, .frequency]) { _ in
            [Intervention(.zero)]
        }
        #expect(other.measures.last == .divergence && other.hasFrequencies)
        let (plan, second) = (Digest(of: "plan"), Digest(of: "another"))
        let identities = try [question.identity(in: plan), question.identity(in: second), other.identity(in: plan)]
        let (again, elsewhere) = try (question.identity(in: plan), question.identity(in: plan, kernels: "Prescott"))
        #expect(Set(identities + [elsewhere]).count == 4 && identities[0] == again)
    }

    @Test("give means over tokens, changes row by row, and standard errors over rows, as the plain formulas do")
    func formulas() throws {
        let rows = 12
        let all = sums(rows: rows)
        let found = try summary([all])
        #expect(found.rows == rows && found.tokens == rows * Self.tokens && found.conditions.count == 4)
        func column(_ condition: Int, _ measure: Int) -> [Double] {
            (0..<rows).map { all.sums[$0 * 25 + condition * 5 + measure] / Double(Self.tokens) }
        }
        func expect(_ estimate: Estimate?, _ values: [Double], _ what: String) throws {
            let estimate = try #require(estimate)
            let mean = values.reduce(0, +) / Double(rows)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows - 1)
            #expect(abs(estimate.value - mean) < 1e-12, "\(what)")
            #expect(abs((estimate.standardError ?? 0) - (variance / Double(rows)).squareRoot()) < 1e-12, "\(what)")
        }
        for (place, measure) in question.measures.enumerated() {
            let unmodified = column(0, place)
            let own = try #require(found.unmodified[measure.rawValue])
            try expect(own.mean, unmodified, "\(measure)")
            #expect(own.change == nil)
            for (index, effect) in found.conditions.enumerated() {
                let values = column(index + 1, place)
                try expect(effect[measure]?.mean, values, "\(measure) \(index)")
                try expect(effect[measure]?.change, zip(values, unmodified).map { $0 - $1 }, "change of \(measure) \(index)")
            }
        }
    }

    @Test("are the same bits however the rows were cut into batches")
    func batches() throws {
        let all = sums(rows: 11)
        let whole = InterventionTable(try summary([all])).csv
        for cuts in [[0, 3, 11], [0, 1, 2, 10, 11], Array(0...11)] {
            let parts = zip(cuts, cuts.dropFirst()).map { part(all, $0..<$1) }
            #expect(InterventionTable(try summary(parts)).csv == whole)
        }
        #expect(all.prefix(3) == part(all, 0..<3) && all.prefix(50) == all)
        #expect(InterventionTable(try summary([part(all, 0..<10)])).csv != whole)
    }

    @Test("of one row have no standard error, and those of another question are refused")
    func edges() throws {
        let one = try summary([sums(rows: 1)])
        #expect(one.conditions[0][.loss]?.mean.standardError == nil)
        var tally = InterventionTally(question)
        #expect(throws: AnalysisError.self) { try tally.add(PredictionRows(count: 2, tokens: 3, sums: [1, 2, 3, 4])) }
    }

    @Test("fill a table with a line for the unmodified run and one for each condition")
    func table() throws {
        let lines = InterventionTable(try summary([sums(rows: 2)])).csv.split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        try #require(lines.count == 6)
        let columns = ["layer", "neuron", "kind", "value", "at", "frozen", "rows", "tokens"]
        #expect(Array(lines[0].prefix(12)) == columns + ["loss", "loss_se", "loss_change", "loss_change_se"])
        #expect(lines.allSatisfy { $0.count == 8 + 5 * 4 })
        #expect(lines[1].prefix(8) == ["", "", "none", "", "", "nothing", "2", "18"] && lines[1][10] == "")
        #expect(lines[2].prefix(6) == ["1", "7", "fixed", "-0.17", "post", "nothing"])
        #expect(lines[5].prefix(6) == ["1", "7", "zero", "", "pre", "norm"] && Double(lines[5][27]) != nil)
    }
}
