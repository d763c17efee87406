import Checkpoints
import Foundation
import Kernels
import SmallRuns
import Testing

@testable import Analysis
@testable import Models
@testable import Pipeline
@testable import Statistics

@Suite("Neurons set to the mean of what goes into their nonlinearity")
struct InputMeanTests {
    private static let rows = 140
    private static let neurons = [NeuronPlace(layer: 0, neuron: 3), NeuronPlace(layer: 1, neuron: 7)]

    /// A plan of two models that write to the residual stream, a part of the tokens masked; nothing is computed.
    private func planned(_ change: (inout Configuration) -> Void = { _ in }) throws -> PlantedFolder {
        let folder = try PlantedFolder(rows: Self.rows) {
            $0.corpus.mask = [.id(3), .id(4)]
            change(&$0)
        }
        try folder.replaceModels()
        try folder.plan()
        return folder
    }

    private func answer(
        _ folder: PlantedFolder, kind: Intervention.Kind = .mean, values: [Float] = Intervention.authorsValues, model: String? = nil
    ) throws -> InterventionSummary {
        let request = InterventionRequest(neurons: Self.neurons, kind: kind, values: values, place: .pre, model: model)
        return try InterveneJob(folder: folder.run, request: request, tokens: .tokens(100), context: folder.context()).run().summary
    }

    @Test("are set to the mean of the pre-activations of all tokens, masked ones included, by the run's exact sums")
    func exact() throws {
        let folder = try planned()
        let planned = try folder.compute()
        let summary = try answer(folder)
        #expect(summary.mean == .exact && summary.conditions.allSatisfy { $0.condition.intervention.place == .pre })
        // By plain loops over the model's pre-activations.
        let model = try TransformerModel(id: "a", folder: ModelFolder(folder.path.appending("a")))
        let rows = ShardRows(rows: Array(0..<Self.rows), of: planned.corpus)
        let workspace = try model.makeWorkspace(context: rows.context)
        var sums = [0.0, 0.0]
        for row in 0..<rows.count {
            try rows.withRow(row) { row in
                try model.activations(
                    of: row, through: 1, workspace: workspace,
                    observe: { band in
                        let neuron = Self.neurons[band.layer].neuron
                        for position in 0..<band.positions.count {
                            sums[band.layer] += Double(band.products[position * 20 + neuron] + band.bias[neuron])
                        }
                    }, deliver: { _, _ in })
            }
        }
        for (sum, effect) in zip(sums, summary.conditions) {
            let (mean, found) = (sum / Double(Self.rows * rows.context), Double(try #require(effect.condition.intervention.value)))
            #expect(abs(found - mean) < 1e-6 * max(1, abs(mean)), "\(effect.condition)")
            // It is no other change than that to this value.
            let fixed = try answer(folder, kind: .fixed, values: [Float(found)])
            let same = try #require(fixed.conditions.first { $0.condition.layer == effect.condition.layer })
            for measure in summary.measures { #expect(same[measure]?.mean.value == effect[measure]?.mean.value, "\(measure)") }
        }
        #expect(abs(summary.conditions[0][.loss]?.change?.value ?? 0) > 0)
    }

    @Test("before all shards are summed up they are refused, with what to do, and nothing is left behind")
    func incomplete() throws {
        let folder = try planned()
        func expectRefusal() throws {
            let error = try #require(throws: PipelineError.self) { _ = try answer(folder) }
            #expect(error == .meanNotHere(folder: folder.run.path, model: "a") && error.exitStatus == .dataError)
            #expect(error.message.contains("sums over all shards are not here") && error.remedy.contains("gather"))
            #expect(error.remedy.contains("`universal-neurons resume \(folder.run.path)`"), "\(error.remedy)")
        }
        try expectRefusal()
        try folder.compute(without: [2])
        try expectRefusal()
        #expect(!folder.holds("interventions"))
        try folder.compute()
        #expect(try answer(folder).mean == .exact)
    }

    @Test("models without moments are refused by name, with the one that has them")
    func notKept() throws {
        let folder = try planned()
        try folder.compute()
        let other = try #require(throws: PipelineError.self) { _ = try answer(folder, model: "b") }
        #expect(other == .meanNotKept(model: "b", kept: ["a"]) && other.exitStatus == .usage)
        #expect(other.message.contains("for references alone (a), and model b is none") && other.remedy.contains("--model"))
        let without = try planned { $0.moments = nil }
        try without.compute()
        let none = try #require(throws: PipelineError.self) { _ = try answer(without) }
        #expect(none == .meanNotKept(model: "a", kept: []) && none.exitStatus == .usage)
        #expect(none.message.contains("keeps no moments") && none.remedy.contains("moments: none"))
        #expect(!folder.holds("interventions") && !without.holds("interventions"))
    }
}
