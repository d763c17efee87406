import Checkpoints
import Kernels
import Statistics
import Storage
import Testing

@testable import Analysis
@testable import Models

@Suite("The computation of interventions")
struct InterventionComputationTests {
    private static let kinds: [Intervention.Kind] = [.fixed, .zero, .mean, .threshold, .relu, .multiply]

    /// A model of the fixtures, its rows, conditions and what `make_interventions.py` says of them.
    private struct Case {
        let pass: InterventionPass
        let rows: ShardRows
        let arrays: [String: NumpyArray]

        init(_ name: String) throws {
            let path = WeightFixture.root.appending("Interventions/\(name.replacing("/", with: "-")).npz")
            let arrays = try NumpyArchive.read(path)
            self.arrays = arrays
            func integers(_ name: String) throws -> [Int] { try arrays[name]?.values(as: Int32.self).map { Int($0) } ?? [] }
            let (neurons, kinds, places) = (try integers("neuron"), try integers("kind"), try integers("place"))
            let (values, frozen) = (try arrays["value"]?.values(as: Float.self) ?? [], try integers("frozen"))
            let conditions = try integers("layer").enumerated().map { index, layer in
                InterventionCondition(
                    layer: layer, neuron: neurons[index],
                    Intervention(
                        InterventionComputationTests.kinds[kinds[index]], value: values[index].isNaN ? nil : values[index],
                        place: Intervention.Place.allCases[places[index]]), frozen: FrozenPart.allCases[frozen[index]])
            }
            let folder = try ModelFolder(WeightFixture.root.appending(name))
            let counts = try arrays["counts"]?.values(as: Int64.self).map { Int($0) } ?? []
            pass = try InterventionPass(
                Unembedding(of: TransformerModel(id: "a", folder: folder), folder: folder), conditions: conditions,
                unigram: UnigramDistribution(counts: counts, vocabulary: folder.configuration.vocabularySize))
            let tokens = try arrays["tokens"]?.values(as: Int32.self) ?? []
            let shape = arrays["tokens"]?.shape ?? [0, 1]
            rows = ShardRows(
                context: shape[1], indices: Array(0..<shape[0]), domains: Array(repeating: 0, count: shape[0]), tokens: tokens)
        }

        func sums(_ rows: ShardRows) throws -> PredictionRows {
            try PredictionComputation(pass, measures: PredictionMeasures.Kind.allCases).sums(of: rows)
        }
    }

    @Test(
        "sums over all positions but the first and the last are those of hooks in PyTorch",
        arguments: ["GPT2/odd-shapes", "GPT2/crfm", "GPTNeoX/pythia"])
    func hooks(name: String) throws {
        let own = try Case(name)
        let found = try own.sums(own.rows)
        let (rows, positions) = (own.rows.count, own.rows.context - 1)
        #expect(found.count == rows && found.tokens == own.rows.context - 2)
        let measures = PredictionMeasures.Kind.allCases
        for (place, measure) in measures.enumerated() where measure != .rank && measure != .reciprocalRank {
            let expected = try #require(try own.arrays[measure.rawValue]?.values(as: Float.self))
            for condition in 0...own.pass.conditions.count {
                for row in 0..<rows {
                    let first = (condition * rows + row) * positions
                    let mean = expected[first + 1..<first + positions].reduce(0.0) { $0 + Double($1) } / Double(found.tokens)
                    let sum = found.sums[(row * (own.pass.conditions.count + 1) + condition) * measures.count + place]
                    let error = abs(sum / Double(found.tokens) - mean)
                    #expect(error <= 1e-4 * max(1, abs(mean)), "\(measure), condition \(condition), row \(row)")
                }
            }
        }
    }

    @Test("the sums of a row are the same bits whatever rows stand before it")
    func rows() throws {
        let own = try Case("GPTNeoX/pythia")
        let together = try own.sums(own.rows)
        let first = try own.sums(own.rows.prefix(1))
        #expect(first == together.prefix(1))
        let context = own.rows.context
        let second = try own.sums(
            ShardRows(context: context, indices: [1], domains: [0], tokens: Array(own.rows.tokens[context..<2 * context])))
        #expect(second.sums == Array(together.sums.suffix(second.sums.count)))
    }

    @Test("rows without a token between first and last are refused, and whoever checks can end it")
    func ends() throws {
        let own = try Case("GPT2/crfm")
        #expect(throws: AnalysisError.self) { _ = try PredictionRows.positions(context: 2) }
        #expect(try PredictionRows.positions(context: 3) == 1..<2)
        struct Enough: Error {}
        var checks = 0
        #expect(throws: Enough.self) {
            _ = try PredictionComputation(own.pass, measures: [.loss]).sums(
                of: own.rows,
                check: {
                    checks += 1
                    if checks > 40 { throw Enough() }
                })
        }
        #expect(checks == 41)
    }
}
