import Foundation
import SmallRuns
import Storage
import SystemPackage
import Testing

@testable import Analysis
@testable import Models
@testable import Pipeline
@testable import Statistics

/// What archives of all neurons, and answers to questions, say of one.
@Suite("What a run knows of one neuron beyond its tables")
struct NeuronExcerptTests {
    /// A run of two models of 2 layers of 20 neurons that keeps moments.
    private func analysed() throws -> PlantedFolder {
        let folder = try PlantedFolder { $0.moments = MomentSettings(maxima: 5) }
        try folder.replaceModels()
        try folder.compute()
        try folder.analyze()
        return folder
    }

    private func table(_ name: String, _ neuron: NeuronInspection) -> TableExcerpt? { neuron.tables?.first { $0.table == name } }

    private func write(_ text: String, to file: FilePath) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: file.string)) }

    @Test("has where in a row it fires, as its layer's file has it")
    func positions() throws {
        let folder = try analysed()
        let arrays = try NumpyArchive.read(folder.run.activations.appending("layer1.npz"))
        let (fired, rows) = (try #require(arrays["fired"]), try #require(arrays["rows"]).values(as: Int64.self))
        let counts = try fired.values(as: Int32.self)
        let found = try #require(try NeuronInspection(layer: 1, neuron: 5, in: folder.run).positions)
        #expect(fired.shape == [PlantedModel.positions, 20] && rows == [64] && found.rows == 64)
        #expect(found.fired == (0..<PlantedModel.positions).map { Int(counts[$0 * 20 + 5]) })
        #expect(found.fired.contains { $0 > 0 })
        #expect(found.share(over: 0..<2) == Double(found.fired[0] + found.fired[1]) / 128)
        #expect(found.share(over: 40..<50) == nil && PositionProfile(rows: 0, fired: [0]).share(over: 0..<1) == nil)
        #expect(try NeuronInspection(layer: 1, neuron: 5, in: folder.run).means == nil)
        // A file of another model is named, one that is gone left out.
        let small: [NumpyArchive.Entry] = [.init("fired", [Int32(1)], shape: [1, 1]), .init("rows", [Int64(1)])]
        try NumpyArchive.write(folder.run.activations.appending("layer1.npz"), small)
        #expect(throws: StorageError.self) { try NeuronInspection(layer: 1, neuron: 5, in: folder.run) }
        try folder.run.removeFolder(folder.run.activations)
        #expect(try NeuronInspection(layer: 1, neuron: 5, in: folder.run).positions == nil)
    }

    @Test("has its closest and most opposed neurons in each layer, as the layer's file has them")
    func cosines() throws {
        let folder = try analysed()
        let arrays = try NumpyArchive.read(folder.run.cosines.appending("layer1.npz"))
        let neuron = try NeuronInspection(layer: 1, neuron: 5, in: folder.run)
        let found = try #require(table("cosines/layer1.npz", neuron))
        #expect(found.columns.first == "with_layer" && found.columns.count == 13 && found.rows.map { $0[0] } == [.integer(0), .integer(1)])
        for (column, name) in found.columns.enumerated().dropFirst() {
            let array = try #require(arrays[name.replacing("_cos_neuron", with: "_neuron")])
            #expect(array.shape == [2, 20])
            for layer in 0..<2 {
                if name.hasSuffix("_neuron") {
                    let value = try array.values(as: Int32.self)[layer * 20 + 5]
                    #expect(found.rows[layer][column] == (value < 0 ? .empty : .integer(Int(value))), "\(name)")
                } else {
                    let (value, cell) = (try array.values(as: Float.self)[layer * 20 + 5], found.rows[layer][column])
                    let number = cell.number.map { Float($0) }
                    #expect(value.isNaN ? cell == .empty : number == value, "\(name)")
                }
            }
        }
        // Every neuron of another one's weights has a row for each layer, candidates or not.
        #expect(try table("cosines/layer0.npz", NeuronInspection(layer: 0, neuron: 0, in: folder.run))?.rows.count == 2)
    }

    @Test("has the part of its output that the unembedding does not see, and the heads that it turns most, whether or not that is much")
    func everyNeuron() throws {
        let folder = try analysed()
        let fractions: [Double] = (0..<40).map { Double($0) / 64 }
        let frequencies: [Double] = fractions.map { $0 == 0.046875 ? .nan : -$0 }
        let unseenArrays: [NumpyArchive.Entry] = [
            .init("null_fraction", fractions), .init("random_fraction", [Double(0.25)]), .init("frequency_corr", frequencies),
            .init("random_frequency_corr", [Double(0.5)]),
        ]
        try NumpyArchive.write(folder.run.nullSpace, unseenArrays)
        // Of each neuron two heads of the last layer, and none in the third place.
        var (strongest, scores): ([Int32], [Float]) = ([], [])
        for place in 0..<120 {
            strongest.append(place % 3 == 2 ? -1 : Int32(4 + place % 3))
            scores.append(place % 3 == 2 ? .nan : Float(place - 60))
        }
        let quantiles: [Double] = (0..<40).map { Double($0) }
        let norms: [Double] = [0, 0, 0, 0, 64, 32, 0, 0]
        let headArrays: [NumpyArchive.Entry] = [
            .init("strongest_head", strongest, shape: [40, 3]), .init("strongest_score", scores, shape: [40, 3]),
            .init("null_quantiles", quantiles, shape: [2, 4, 5]), .init("norm", norms, shape: [2, 4]),
        ]
        try LocalFiles().createFolder(folder.run.attentionScores)
        try NumpyArchive.write(folder.run.attentionScores.appending("heads.npz"), headArrays)
        let neuron = try NeuronInspection(layer: 1, neuron: 5, in: folder.run)
        let unseen = try #require(table("entropy.npz", neuron))
        #expect(unseen.columns == ["null_fraction", "random_fraction", "frequency_corr", "random_frequency_corr"])
        let shares: [TableCell] = [.number(0.390625), .number(0.25), .number(-0.390625), .number(0.5)]
        #expect(unseen.rows == [shares])
        let heads = try #require(table("attention/heads.npz", neuron))
        #expect(heads.columns == ["head_layer", "head", "score", "cosine", "null_low", "null_high"])
        let turned: [[TableCell]] = [
            [.integer(1), .integer(0), .number(15), .number(0.234375), .number(20), .number(24)],
            [.integer(1), .integer(1), .number(16), .number(0.5), .number(25), .number(29)],
        ]
        #expect(heads.rows == turned)
        let other = try NeuronInspection(layer: 0, neuron: 3, in: folder.run)
        #expect(table("entropy.npz", other)?.rows[0][2] == .empty)
        for file in [folder.run.nullSpace, folder.run.attentionScores.appending("heads.npz")] { try LocalFiles().remove(file) }
        let without = try NeuronInspection(layer: 1, neuron: 5, in: folder.run)
        #expect(table("entropy.npz", without) == nil && table("attention/heads.npz", without) == nil)
        try NumpyArchive.write(folder.run.attentionScores.appending("heads.npz"), [NumpyArchive.Entry("norm", [Double(1)])])
        #expect(throws: StorageError.self) { try NeuronInspection(layer: 1, neuron: 5, in: folder.run) }
    }

    @Test("has the tokens at which it fires with its partners, of the pairs in which it is the first")
    func firing() throws {
        let folder = try analysed()
        try write(
            "pair,layer,neuron,partner_layer,partner_neuron,corr,jaccard,both,fired_a,fired_b,tokens\n"
                + "a-b,1,5,0,7,0.5,0.25,10,20,30,2048\nb-a,1,5,0,1,0.1,0.2,1,2,3,2048\na-b,1,6,,,,,,,,\n", to: folder.run.firing)
        let found = try #require(try table("firing.csv", NeuronInspection(layer: 1, neuron: 5, in: folder.run)))
        #expect(found.columns == ["pair", "partner_layer", "partner_neuron", "corr", "jaccard", "both", "fired_a", "fired_b", "tokens"])
        let row: [TableCell] = [
            .text("a-b"), .integer(0), .integer(7), .number(0.5), .number(0.25), .integer(10), .integer(20), .integer(30), .integer(2048),
        ]
        #expect(found.rows == [row])
        #expect(try table("firing.csv", NeuronInspection(layer: 0, neuron: 5, in: folder.run)) == nil)
    }

    @Test("has what heads did without its paths to them, over this corpus and this model alone")
    func paths() throws {
        let folder = try analysed()
        let plan = try RunPlan.read(folder.run.plan)
        let pair = NeuronHead(layer: 0, neuron: 5, headLayer: 1, head: 2)
        let samples = PathSamples(
            activation: [0, 1], attention: [0.5, 0.25], attentionChange: [0, -0.25], norm: [2, 1], normChange: [0, 1])
        let findings = [
            PathAblationFinding(pair, samples), PathAblationFinding(NeuronHead(layer: 0, neuron: 6, headLayer: 1, head: 2), samples),
        ]
        func keep(_ name: String, model: Digest, paths: [PathAblationFinding], tokens: Int = 640) throws {
            let place = folder.run.pathAblations.appending(name)
            try LocalFiles().createFolder(place)
            let settings = PathAblationSettings(
                model: model, corpus: plan.numbers.corpus.digest, seed: 1, kernels: "any", context: 32, first: 1, batch: 64,
                pairs: paths.map(\.pair))
            try JSONFile.write(settings, to: place.appending("settings.json"))
            let report = PathAblationReport(
                model: "a", tokens: tokens, rows: tokens / 32, context: 32, first: 1, paths: paths, folder: place.string)
            try JSONFile.write(report, to: place.appending("result.json"))
        }
        try keep("0", model: plan.numbers.models[0].digest, paths: findings)
        try keep("1", model: Digest(of: "another"), paths: findings)
        // The same path over fewer tokens, in a folder that comes first.
        try keep("-", model: plan.numbers.models[0].digest, paths: [findings[0]], tokens: 320)
        let found = try #require(try table("path-ablation", NeuronInspection(layer: 0, neuron: 5, in: folder.run)))
        #expect(
            found.columns == [
                "head_layer", "head", "tokens", "activation", "attention", "attention_change", "attention_pearson", "attention_spearman",
                "norm",
                "norm_share_change", "norm_share_pearson", "norm_share_spearman",
            ])
        let row: [TableCell] = [
            .integer(1), .integer(2), .integer(640), .number(0.5), .number(0.375), .number(-0.125), .number(-1), .number(-1),
            .number(1.5), .number(0.5), .number(1), .number(1),
        ]
        #expect(found.rows == [row])
        #expect(try table("path-ablation", NeuronInspection(layer: 1, neuron: 5, in: folder.run)) == nil)
    }

    @Test("one after another, in any order, neurons are what each is alone")
    func severally() throws {
        let folder = try analysed()
        var neurons = try RunNeurons(in: folder.run)
        #expect(neurons.model.id == "a" && neurons.reference == nil && neurons.others.map(\.id) == ["b"] && neurons.explained.isEmpty)
        var generator = SeededGenerator(seed: 3)
        for number in Array(0..<40).shuffled(using: &generator).prefix(12) {
            let (layer, neuron) = (number / 20, number % 20)
            let alone = try JSONFile.encode(NeuronInspection(layer: layer, neuron: neuron, in: folder.run))
            #expect(try JSONFile.encode(neurons.inspection(layer: layer, neuron: neuron)) == alone)
        }
        #expect(throws: PipelineError.noSuchNeuron(layer: 2, neuron: 0, model: "a", layers: 2, width: 20)) {
            try neurons.inspection(layer: 2, neuron: 0)
        }
        // A glance at each says what the table says.
        let (entries, table) = (neurons.entries(), try NeuronTableFile(folder.run.neurons))
        #expect(entries.map(\.name) == table.neurons.map { "\($0.layer).\($0.neuron)" } && entries.allSatisfy { $0.model == "a" })
        let excess = try #require(table.numbers(of: "excess_corr"))
        #expect(zip(entries, excess).allSatisfy { $0.excess == $1 })
        #expect(try entries.map(\.isUniversal) == table.truths(of: "universal"))
        #expect(neurons.entries(of: "b").isEmpty)
    }

    @Test("are not told of by a table or figures that are damaged")
    func damaged() throws {
        let folder = try analysed()
        let good = try MappedFile(folder.run.neurons).withBytes { Array($0) }
        let eight = good.split(separator: UInt8(ascii: "\n")).prefix(9).flatMap { $0 + [UInt8(ascii: "\n")] }
        for bytes in [eight, Array(good.prefix(good.count / 2)), Array(good.dropLast(60)), Array(good.dropLast(1))] {
            try DurableFile.replace(folder.run.neurons, with: bytes)
            let error = try #require(throws: StorageError.self) { try RunNeurons(in: folder.run) }
            #expect(error.message.contains("neurons.csv") && error.message.contains("universal-neurons analyze"), "\(error.message)")
        }
        // Whoever reads the table says it in the same words; of the last row a digit may be missing.
        for (bytes, whole) in [(eight, 8), (Array(eight.dropLast(1)), 7), (Array(good.dropLast(2)), 39)] {
            try DurableFile.replace(folder.run.neurons, with: bytes)
            let words = "it has \(whole) whole rows for 40 neurons; `universal-neurons analyze` writes it again"
            for read in [{ _ = try RunNeurons(in: $0) }, { _ = try RunResults($0) }] as [(RunFolder) throws -> Void] {
                let error = try #require(throws: StorageError.self) { try read(folder.run) }
                #expect(error.message.contains(words), "\(error.message)")
            }
        }
        try DurableFile.replace(folder.run.neurons, with: good)
        _ = try RunNeurons(in: folder.run)
        _ = try RunResults(folder.run)
        try DurableFile.replace(folder.run.summary, with: "{\"tokens\": 7")
        let figures = try #require(throws: StorageError.self) { try RunNeurons(in: folder.run) }
        #expect(figures.message.contains("summary.json is damaged"), "\(figures.message)")
    }

    @Test("know when an analysis has replaced the results meanwhile")
    func changed() throws {
        let folder = try analysed()
        let neurons = try RunNeurons(in: folder.run)
        try neurons.checkUnchanged()
        try folder.analyze()
        // The same statistics give the same results.
        try neurons.checkUnchanged()
        try LocalFiles().remove(folder.run.summary)
        #expect(throws: PipelineError.resultsChanged(folder: folder.run.path)) { try neurons.checkUnchanged() }
    }
}
