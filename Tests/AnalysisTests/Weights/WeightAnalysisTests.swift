import Checkpoints
import Kernels
import Testing

@testable import Analysis
@testable import Models

@Suite("Statistics from weights")
struct WeightAnalysisTests {
    @Test("are within 1e-4 of float64 ones from the specification", arguments: WeightFixture.names)
    func reference(name: String) throws {
        let fixture = try WeightFixture(name)
        let found = try WeightAnalysis(fixture.weights, team: ThreadTeam(count: 2)).run()
        #expect(found.layers == Array(repeating: fixture.weights.configuration.mlpWidth, count: fixture.weights.configuration.layers))
        #expect(
            found.numbers.map(\.name)
                == [
                    "w_in_norm", "input_bias", "w_out_norm", "in_out_sim", "l2_penalty", "vocab_mean", "vocab_var", "vocab_skew",
                    "vocab_kurt",
                ])
        for (column, values) in found.numbers {
            let expected = try fixture.values(column, as: Double.self)
            try #require(values.count == expected.count && !expected.isEmpty, "\(column)")
            // What lies around 0 is measured against the column's usual size.
            let usual = expected.reduce(0) { $0 + abs($1) } / Double(expected.count)
            let worst = zip(values, expected).map { abs($0 - $1) / max(abs($1), 0.1 * usual) }.max() ?? .infinity
            #expect(worst < 1e-4, "\(column): \(worst)")
        }
    }

    @Test("all four sets of cosines are those of the specification", arguments: WeightFixture.names)
    func cosines(name: String) throws {
        let fixture = try WeightFixture(name)
        var taken: [WeightAnalysis.LayerCosines] = []
        let analysis = WeightAnalysis(fixture.weights, tail: 12, team: ThreadTeam(count: 2))
        _ = try analysis.run { taken.append($0) }
        let layers = fixture.weights.configuration.layers
        #expect(taken.count == analysis.steps && taken.map(\.layer) == (0..<2).flatMap { _ in 0..<layers })
        for (vocabulary, matrix) in [(WeightAnalysis.Vocabulary.unembedding, "W_U"), (.embedding, "W_E")] {
            for side in ["out", "in"] {
                let summaries = taken.filter { $0.vocabulary == vocabulary }.map { side == "out" ? $0.output : $0.input }
                try expect(summaries, "\(side)_\(matrix)", in: fixture)
            }
        }
    }

    private func expect(_ summaries: [CosineSummary], _ key: String, in fixture: WeightFixture) throws {
        let table = PartnerTable.concatenating(summaries.map(\.tokens))
        let moments = summaries.flatMap(\.moments)
        let (expected, sorted) = (
            try fixture.values("\(key)_moments", as: Double.self), try fixture.values("\(key)_sorted", as: Float.self)
        )
        let order = try fixture.values("\(key)_order", as: Int32.self)
        let tokens = fixture.weights.configuration.vocabularySize
        let tail = min(12, tokens)
        try #require(expected.count == 4 * moments.count && sorted.count == tokens * moments.count && table.highest.length == tail)
        for (neuron, moments) in moments.enumerated() {
            let exact = expected[4 * neuron..<4 * neuron + 4].map { $0 }
            #expect(abs(moments.mean - exact[0]) < 1e-4 * exact[1].squareRoot())
            #expect(abs(moments.variance / exact[1] - 1) < 1e-4)
            #expect(abs(moments.skewness - exact[2]) < 1e-4)
            #expect(abs(moments.kurtosis / exact[3] - 1) < 1e-4)
            let row = Array(sorted[neuron * tokens..<(neuron + 1) * tokens])
            for place in 0..<tail {
                for (list, rank) in [(table.highest, place), (table.lowest, tokens - 1 - place)] {
                    let found = neuron * tail + place
                    #expect(abs(list.values[found] - row[rank]) < 2e-6)
                    // Where neighbours are apart, the token is known too.
                    let gaps = [rank - 1, rank + 1].filter(row.indices.contains).map { abs(row[$0] - row[rank]) }
                    if gaps.allSatisfy({ $0 > 1e-5 }) { #expect(list.partners[found] == order[neuron * tokens + rank]) }
                }
            }
        }
        let histogram = try fixture.values("\(key)_histogram", as: UInt32.self)
        let moved = zip(table.histogram, histogram).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
        #expect(table.histogram.count == histogram.count && moved <= 8, "\(moved) cosines beside their bins")
    }

    @Test("the same for any number of threads, with and without the sets of cosines")
    func threads() throws {
        let fixture = try WeightFixture("GPTNeoX/pythia")
        func numbers(_ threads: Int, takes: Bool) throws -> [[UInt64]] {
            let analysis = WeightAnalysis(fixture.weights, team: ThreadTeam(count: threads))
            let findings = takes ? try analysis.run { _ in } : try analysis.run()
            return findings.numbers.map { $0.values.map(\.bitPattern) }
        }
        let one = try numbers(1, takes: false)
        for threads in 1...3 { #expect(try numbers(threads, takes: true) == one) }
    }

    @Test("a model without unembedding has norms and the cosines with its embedding, and no roles")
    func withoutHead() throws {
        let weights = ProcessedWeights(try ModelFolder(WeightFixture.root.appending("GPTNeoX/plain-names")))
        let analysis = WeightAnalysis(weights, team: ThreadTeam(count: 1))
        var taken: [WeightAnalysis.Vocabulary] = []
        let findings = try analysis.run { taken.append($0.vocabulary) }
        #expect(findings.numbers.map(\.name) == ["w_in_norm", "input_bias", "w_out_norm", "in_out_sim", "l2_penalty"])
        #expect(findings.numbers.allSatisfy { $0.values.count == findings.layers.reduce(0, +) })
        #expect(findings.vocabulary == nil && findings.roleOfNeuron == nil && findings.roles.isEmpty)
        #expect(taken == [.embedding, .embedding] && analysis.steps == 2)
    }

    @Test("what the caller throws ends the work")
    func stopped() throws {
        struct Enough: Error {}
        let fixture = try WeightFixture("GPT2/crfm")
        #expect(throws: Enough.self) {
            _ = try WeightAnalysis(fixture.weights, team: ThreadTeam(count: 2), check: { throw Enough() }).run()
        }
        #expect(throws: Enough.self) {
            _ = try WeightAnalysis(fixture.weights, team: ThreadTeam(count: 2)).run { _ in throw Enough() }
        }
    }

    @Test("percentiles are within the layer, from 0 to 100, with the mean of their places for equal numbers")
    func percentiles() {
        let values = [5.0, 1, 3, 3, .nan, 7, 2, 2, 2]
        let found = LayerPercentiles.percentiles(of: values, layers: [5, 1, 3])
        let expected = [100.0, 0, 50, 50, .nan, 50, 50, 50, 50]
        #expect(zip(found, expected).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) }, "\(found)")
        #expect(LayerPercentiles.percentiles(of: [4, 4, 9, 1, 0], layers: [5]) == [62.5, 62.5, 100, 25, 0])
    }
}
