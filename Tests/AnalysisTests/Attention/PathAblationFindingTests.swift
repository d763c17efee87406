import Testing

@testable import Analysis
@testable import Models

@Suite("What an ablation of paths finds")
struct PathAblationFindingTests {
    @Test("correlations over all samples are those of scipy", arguments: AttentionFixture.names)
    func correlations(name: String) throws {
        let fixture = try AttentionFixture(name)
        let fields = try PathSamples.fields.map { try fixture.numbers($0.name).map { Float($0) } }
        let expected = try fixture.numbers("correlations")
        let paths = expected.count / 6
        let count = fields[0].count / paths
        for path in 0..<paths {
            var samples = PathSamples()
            for (field, values) in zip(PathSamples.fields, fields) {
                samples[keyPath: field.values] = Array(values[path * count..<(path + 1) * count])
            }
            let finding = PathAblationFinding(NeuronHead(layer: 0, neuron: 0, headLayer: 1, head: 0), samples)
            #expect(finding.samples == count)
            for (index, change) in [finding.attentionChange, finding.normChange, finding.normShare].enumerated() {
                let pearson = try #require(change.pearson)
                let spearman = try #require(change.spearman)
                #expect(abs(pearson - expected[path * 6 + index * 2]) < 1e-4)
                // Two samples that float32 makes equal share a rank.
                #expect(abs(spearman - expected[path * 6 + index * 2 + 1]) < 1e-3)
            }
        }
    }

    @Test("a neuron that is never active, and a head that gives nothing, have no correlations")
    func nothing() {
        let pair = NeuronHead(layer: 0, neuron: 0, headLayer: 1, head: 0)
        let still = PathAblationFinding(
            pair, PathSamples(activation: [0, 0], attention: [1, 1], attentionChange: [0, 0], norm: [0, 0], normChange: [0, 0]))
        #expect(still.attentionChange.pearson == nil && still.normShare.spearman == nil && still.normShare.mean == 0)
        #expect(PathAblationFinding(pair, PathSamples()).samples == 0)
    }
}
