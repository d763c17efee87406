import Analysis
import Kernels
import Models
import Testing

@testable import Pipeline

/// A unigram, an alphabet, a position, a previous-token, a partition, a prediction, a suppression, a token-frequency and an entropy neuron and a
/// switch of an attention head among 118 random ones, from the models to the tables.
@Suite("One neuron of every kind, built by hand, in a run")
struct AllKindsTests {
    private typealias Model = ModelOfAllKinds

    init() { OpenBLAS.useOneThread() }

    /// The neurons in whose rows a column is not empty, with what it has there.
    private func named(_ table: NeuronTableFile, _ column: String) throws -> [NeuronPlace: String] {
        let cells = try #require(table.cells(of: column))
        let places = table.neurons.map { NeuronPlace(layer: $0.layer, neuron: $0.neuron) }
        return Dictionary(zip(places, cells).filter { !$0.1.isEmpty }) { "\($0), \($1)" }
    }

    /// The neurons that a column of marks has a 1 of.
    private func marked(_ table: NeuronTableFile, _ column: String) throws -> [NeuronPlace] {
        try named(table, column).filter { $0.value == "1" }.map(\.key).sorted()
    }

    @Test("is found and named in the tables, and no other neuron is")
    func tables() throws {
        let folder = try RunOfAllKinds()
        _ = try RunJob(configuration: folder.configuration, folder: folder.run, context: folder.context).run()
        _ = try AnalyzeRun(folder: folder.run, context: folder.context).run()
        let neurons = try NeuronTableFile(folder.run.neurons)
        try #require(neurons.rows.count == Model.layers * Model.mlp)
        try checkFamilies(neurons)
        try checkRoles(neurons, NeuronTableFile(folder.run.roles))
        // What the one raises is not what the other lowers.
        let ensembles = try NeuronTableFile(folder.run.ensembles)
        #expect(try named(ensembles, "role") == [Model.prediction: "prediction", Model.suppression: "suppression"])
        #expect(try named(ensembles, "ensemble").isEmpty && named(ensembles, "opposed_cos").count == 2)

        let entropy = try NeuronTableFile(folder.run.entropy)
        #expect(try marked(entropy, "entropy") == [Model.entropy])
        #expect(Double(try named(entropy, "null_fraction")[Model.entropy] ?? "") ?? 0 > 0.99)
        // By its weights and the counts of the tokens alone.
        #expect(try marked(entropy, "token_frequency") == [Model.frequency])
        for (place, cell) in try named(entropy, "frequency_corr") {
            let correlation = try #require(Double(cell))
            #expect(place == Model.frequency ? correlation > 0.95 : abs(correlation) < 0.2, "\(place) \(cell)")
        }

        let attention = try NeuronTableFile(folder.run.attention)
        #expect(try named(attention, "effect") == [Model.attentionSwitch: "deactivation"])
        // It has the largest score too: twice the weight of the query times the key, which is the first token's alone.
        let first = Dictionary(zip(attention.columns, try #require(attention.rows.first))) { $1 }
        #expect(first["layer"] == "\(Model.attentionSwitch.layer)" && first["neuron"] == "\(Model.attentionSwitch.neuron)")
        #expect(first["head_layer"] == "\(Model.switched.layer)" && first["head"] == "\(Model.switched.head)")
        let (score, cosine) = (Double(first["score"] ?? "") ?? 0, Double(first["cosine"] ?? "") ?? 0)
        #expect(abs(score - 0.664) < 0.01 && cosine > 0.99, "\(score) \(cosine)")
    }

    /// Those that read a direction have its family in both models, and are universal; of the others no feature explains a twentieth.
    private func checkFamilies(_ table: NeuronTableFile) throws {
        let places = Model.readers.map(\.place)
        let families = ["unigram", "alphabet", "position", "previous token"]
        let explanations = ["unigram the", "letter x", "position below 64", "previous: letter z"]
        #expect(try named(table, "family") == Dictionary(uniqueKeysWithValues: zip(places, families)))
        #expect(try named(table, "explanation") == Dictionary(uniqueKeysWithValues: zip(places, explanations)))
        #expect(try marked(table, "universal") == places)
        let scores = try named(table, "explanation_score")
        #expect(places.allSatisfy { Double(scores[$0] ?? "") ?? 0 > 0.98 })
        let position = try #require(Model.readers.first { $0.direction == .firstHalf }?.place)
        for (place, cell) in try named(table, "position_score") {
            let score = try #require(Double(cell))
            // It fires at half of the positions, always: ln 2.
            if place == position { #expect(abs(score - 0.693147) < 1e-5) } else { #expect(score < 0.05, "\(place)") }
        }
        #expect(Double(try named(table, "kurt")[position] ?? "") ?? 3 < 1.1)
    }

    /// Those that write to one part of the vocabulary have their role, and the feature of that part.
    private func checkRoles(_ neurons: NeuronTableFile, _ roles: NeuronTableFile) throws {
        let places = [Model.partition, Model.prediction, Model.suppression]
        let expected = Dictionary(uniqueKeysWithValues: zip(places, ["partition", "prediction", "suppression"]))
        #expect(try named(neurons, "role") == expected && named(roles, "role") == expected)
        let features = ["space", "contains underscore", "contains comma"]
        #expect(try named(roles, "feature") == Dictionary(uniqueKeysWithValues: zip(places, features)))
        let reductions = try named(roles, "feature_reduction")
        #expect(places.allSatisfy { Double(reductions[$0] ?? "") ?? 0 > 0.9 })
    }

    @Test("of the paths to attention heads the switch's alone changes what its head attends to")
    func paths() throws {
        let folder = try RunOfAllKinds()
        _ = try PlanJob(configuration: folder.configuration, folder: folder.run, context: folder.context).run()
        let report = try PathAblationJob(folder: folder.run, request: .init(paths: 6), context: folder.context).run()
        let found = try #require(report.paths.first)
        let (place, head) = (Model.attentionSwitch, Model.switched)
        #expect(found.pair == NeuronHead(layer: place.layer, neuron: place.neuron, headLayer: head.layer, head: head.head))
        #expect(found.attentionChange.mean < -0.03)
        #expect(found.attentionChange.pearson ?? 0 < -0.9 && found.attentionChange.spearman ?? 0 < -0.9)
        #expect(report.paths.count == 6 && report.paths.dropFirst().allSatisfy { abs($0.attentionChange.mean) < 0.003 })
    }

    @Test("of the last layers' neurons one changes entropy by the norm's scale, and one the loss by token frequencies")
    func interventions() throws {
        let folder = try RunOfAllKinds()
        _ = try PlanJob(configuration: folder.configuration, folder: folder.run, context: folder.context).run()
        let places = (2..<4).flatMap { layer in (0..<Model.mlp).map { NeuronPlace(layer: layer, neuron: $0) } }
        let request = InterventionRequest(neurons: places, values: [2], frozen: [.nothing, .norm, .frequency])
        let outcome = try InterveneJob(
            folder: folder.run, request: request, tokens: .tokens(4 * Model.context), context: folder.context
        ).run()
        var changes: [NeuronPlace: [FrozenPart: Change]] = [:]
        for effect in outcome.summary.conditions {
            let place = NeuronPlace(layer: effect.condition.layer, neuron: effect.condition.neuron)
            changes[place, default: [:]][effect.condition.frozen] = Change(
                loss: try #require(effect[.loss]?.change).value, entropy: try #require(effect[.entropy]?.change).value)
        }
        /// What of a change goes through a part: is gone when that is frozen.
        func share(of part: FrozenPart, _ place: NeuronPlace) throws -> Change {
            let (whole, rest) = (try #require(changes[place]?[.nothing]), try #require(changes[place]?[part]))
            return Change(loss: whole.loss - rest.loss, entropy: whole.entropy - rest.entropy)
        }
        let entropy = try #require(changes[Model.entropy])
        #expect(entropy[.nothing]?.entropy ?? 0 > 0.1 && abs(entropy[.norm]?.entropy ?? 1) < 0.005)
        let frequency = try #require(changes[Model.frequency])
        #expect(frequency[.nothing]?.loss ?? 0 < -0.15 && frequency[.frequency]?.loss ?? -1 > -0.08)
        let byScale = try share(of: .norm, Model.entropy).entropy
        let byFrequency = try abs(share(of: .frequency, Model.frequency).loss)
        for place in places {
            if place != Model.entropy { #expect(try abs(share(of: .norm, place).entropy) < 0.5 * byScale, "\(place)") }
            if place != Model.frequency { #expect(try abs(share(of: .frequency, place).loss) < 0.5 * byFrequency, "\(place)") }
        }
    }

    /// What an intervention makes more of.
    private struct Change {
        let loss, entropy: Double
    }
}
