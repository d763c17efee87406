import Models
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Analysis
@testable import Pipeline
@testable import Reporting

@Suite("From a run's files on entropy and attention neurons to the report")
struct WeightFilesReportTests {
    private static let entropy = """
        layer,neuron,kind,entropy,universal,null_fraction,l2_penalty,vocab_var,vocab_kurt,kurt,presets
        2,5,candidate,0,1,0.2,3.5,1e-05,3,,
        3,7,candidate,1,0,0.6,4,1e-06,,4,small pythia
        3,9,control,0,0,0.1,1,0.001,3,3,

        """

    private static let attention = """
        layer,neuron,head_layer,head,effect,universal,score,cosine,query,key,value
        0,4,1,1,deactivation,1,2.5,0.75,0.5,0.5,
        0,3,1,0,,0,-0.5,-0.25,0.5,0.5,

        """

    private func folder() throws -> (files: TemporaryFolder, run: RunFolder) {
        let files = try TemporaryFolder()
        let run = RunFolder(files.path)
        try DurableFile.replace(run.entropy, with: Self.entropy)
        try DurableFile.replace(run.attention, with: Self.attention)
        try NumpyArchive.write(
            run.nullSpace,
            [.init("null_fraction", [0.5]), .init("null_singular_values", [0, 0.1, 0.2]), .init("random_fraction", [0.25])])
        try LocalFiles().createFolder(run.attentionScores)
        // Two layers of two heads; only those of the second layer have a band.
        let quantiles = ([0, 0, 1, 2] as [Double]).flatMap { scale in [-0.5, -0.25, 0, 0.25, 0.75].map { $0 * scale } }
        try NumpyArchive.write(
            run.attentionScores.appending(AttentionArchive.headsName),
            [.init("null_quantiles", quantiles, shape: [2, 2, 5]), .init("threshold", [0.625])])
        return (files, run)
    }

    @Test("candidates, controls, pairs and bands are those of the files, and what is not there is left out")
    func files() throws {
        let (files, run) = try folder()
        var content = SyntheticReport().content()
        try content.addEntropy(in: run)
        try content.addAttention(in: run, limit: 20)
        let entropy = try #require(content.entropy)
        #expect(entropy.randomFraction == 0.25 && entropy.dimensions == 3 && entropy.neurons.map(\.name) == ["2.5", "3.7", "3.9"])
        #expect(entropy.neurons.map(\.isEntropyNeuron) == [false, true, false])
        #expect(entropy.neurons.map(\.isControl) == [false, false, true])
        #expect(entropy.neurons[1].penalty == 4 && entropy.neurons[1].variance == 1e-6 && entropy.neurons[1].kurtosis == nil)
        #expect(entropy.neurons[0].isUniversal && entropy.neurons[0].nullFraction == 0.2)
        let attention = try #require(content.attention)
        #expect(attention.threshold == 0.625 && attention.pairs.map(\.headName) == ["1.1", "1.0"])
        #expect(attention.pairs.map(\.null) == [-1...1.5, -0.5...0.75] && attention.pairs.map(\.effect) == ["deactivation", nil])
        #expect(attention.pairs.map(\.isUniversal) == [true, false])
        #expect(attention.pairs[0].score == 2.5 && attention.pairs[0].cosine == 0.75)
        try content.addAttention(in: run, limit: 1)
        #expect(content.attention?.pairs.count == 1)

        var without = SyntheticReport().content()
        let nowhere = RunFolder(files.path.appending("nowhere"))
        try without.addEntropy(in: nowhere)
        try without.addAttention(in: nowhere, limit: 20)
        #expect(without.entropy == nil && without.attention == nil)
        try DurableFile.replace(run.entropy, with: "layer,neuron\n0,0\n")
        #expect(throws: StorageError.self) { try without.addEntropy(in: run) }
    }

    /// An answer about some neurons, each fixed to some values; a change is the value times the neuron's number.
    private func answer(_ neurons: [NeuronPlace], values: [Float], frozen: [FrozenPart], tokens: Int, model: String = "a")
        -> InterventionSummary
    {
        let measures: [PredictionMeasures.Kind] = [.loss, .entropy, .rank, .reciprocalRank, .scale]
        func figures(_ change: Double?) -> [String: InterventionSummary.Figure] {
            Dictionary(
                uniqueKeysWithValues: measures.map { measure in
                    (
                        measure.rawValue,
                        InterventionSummary.Figure(
                            mean: Estimate(value: 3 + (change ?? 0), standardError: 0.5),
                            change: change.map { Estimate(value: $0, standardError: 0.25) })
                    )
                })
        }
        return InterventionSummary(
            model: model, rows: 4, tokens: tokens, measures: measures, unmodified: figures(nil),
            conditions: neurons.flatMap { place in
                frozen.flatMap { part in
                    values.map { value in
                        InterventionSummary.Effect(
                            condition: InterventionCondition(
                                layer: place.layer, neuron: place.neuron, Intervention(.fixed, value: value), frozen: part),
                            figures: figures(part == .nothing ? Double(value) * Double(place.neuron) : 0))
                    }
                }
            })
    }

    @Test("curves are of the listed neurons, entropy neurons first, from the answer that says most")
    func curves() throws {
        let (files, run) = try folder()
        var content = SyntheticReport().content()
        try withExtendedLifetime(files) { try content.addEntropy(in: run) }
        let (found, control, other) = (
            NeuronPlace(layer: 3, neuron: 7), NeuronPlace(layer: 3, neuron: 9), NeuronPlace(layer: 0, neuron: 1)
        )
        let answers = [
            answer([found], values: [0, 1, 2, 3], frozen: [.nothing], tokens: 10_000),
            answer([other, control, found], values: [2, 0], frozen: [.norm, .nothing, .frequency], tokens: 100),
            answer([found], values: [9], frozen: [.norm, .nothing], tokens: 1_000, model: "b"),
        ]
        content.add(answers, limit: 8)
        let responses = try #require(content.entropy?.responses)
        #expect(responses.map(\.neuron) == [7, 9] && responses.map(\.tokens) == [100, 100])
        #expect(responses[0].measures.map(\.name) == ["loss", "entropy", "reciprocal_rank", "scale"])
        let loss = responses[0].measures[0]
        #expect(loss.unmodified == ReportedFigure(3, standardError: 0.5))
        #expect(loss.normal.map(\.value) == [0, 2] && loss.frozen.map(\.value) == [0, 2])
        #expect(loss.normal[1].change == ReportedFigure(14, standardError: 0.25) && loss.frozen[1].change.value == 0)
        #expect(loss.normal[1].mean == ReportedFigure(17, standardError: 0.5))
        content.add(answers, limit: 1)
        #expect(content.entropy?.responses.map(\.neuron) == [7])
        content.add([answers[2]], limit: 8)
        #expect(content.entropy?.responses.isEmpty == true)
    }

    @Test("of several ablations of one path that over most tokens is shown, those of another model are not")
    func ablations() throws {
        let (files, run) = try folder()
        var content = SyntheticReport().content()
        try withExtendedLifetime(files) { try content.addAttention(in: run, limit: 20) }
        func report(_ model: String, tokens: Int, _ paths: [(head: Int, score: Float?)]) -> PathAblationReport {
            PathAblationReport(
                model: model, tokens: tokens, rows: 1, context: tokens, first: 0,
                paths: paths.map { head, score in
                    PathAblationFinding(
                        NeuronHead(layer: 0, neuron: 4, headLayer: 1, head: head), score: score,
                        PathSamples(
                            activation: [1, 2, 3], attention: [0.5, 0.5, 0.5], attentionChange: [-0.1, -0.2, -0.3], norm: [2, 2, 2],
                            normChange: [1, 1, 1]))
                }, folder: "")
        }
        content.add(
            [
                report("a", tokens: 100, [(0, -0.5), (1, 2.5)]), report("a", tokens: 200, [(1, 2.5)]), report("a", tokens: 150, [(1, 2.5)]),
                report("b", tokens: 1_000, [(0, 9)]),
            ], limit: 20)
        let found = try #require(content.attention?.ablations)
        #expect(found.map(\.head) == [1, 0] && found.map(\.tokens) == [200, 100] && found.allSatisfy { $0.samples == 3 })
        #expect(found[0].activation == 2 && found[0].attention == 0.5 && abs(found[0].attentionChange.mean + 0.2) < 1e-6)
        #expect(abs((found[0].attentionChange.pearson ?? 0) + 1) < 1e-6 && found[0].attentionChange.spearman == -1)
        #expect(found[0].normShare.mean == 0.5 && found[0].normShare.pearson == nil)
    }
}
