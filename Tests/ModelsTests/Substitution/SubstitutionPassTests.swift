import Statistics
import Testing

@testable import Models

@Suite("Predictions with neurons replaced by another model's")
struct SubstitutionPassTests {
    @Test("loss, entropy and divergence of every condition are those of hooks in PyTorch", arguments: SubstitutionFixture.pairs)
    func hooks(pair: [String]) throws {
        let fixture = try SubstitutionFixture(pair)
        let found = try fixture.pass().measures(of: fixture.tokens, context: fixture.context)
        let count = fixture.rows * (fixture.context - 1)
        try #require(found.count == fixture.conditions.count + 1 && fixture.loss.count == found.count * count)
        for (condition, measures) in found.enumerated() {
            try #require(measures.count == count)
            for (place, own) in measures.enumerated() {
                let index = condition * count + place
                let pairs = [
                    (own.loss, fixture.loss[index]), (own.entropy, fixture.entropy[index]), (own.divergence, fixture.divergence[index]),
                ]
                let error = pairs.map { abs($0.0 - $0.1) / max(1, abs($0.1)) }.max() ?? .infinity
                #expect(error <= 1e-4, "condition \(condition), place \(place): \(own)")
            }
        }
    }

    @Test(
        "many conditions share their work and give the numbers, to the bit, of each one asked alone", arguments: SubstitutionFixture.pairs)
    func alone(pair: [String]) throws {
        let fixture = try SubstitutionFixture(pair)
        let together = try fixture.pass().measures(of: fixture.tokens, context: fixture.context)
        for (index, condition) in fixture.conditions.enumerated() {
            let alone = try fixture.pass([condition]).measures(of: fixture.tokens, context: fixture.context)
            #expect(alone == [together[0], together[index + 1]], "condition \(index)")
        }
        let none = try fixture.pass([]).measures(of: fixture.tokens, context: fixture.context)
        #expect(none == [together[0]])
    }

    @Test("the same bits whatever row was measured before, and whatever the workspace has room for")
    func workspaces() throws {
        let fixture = try SubstitutionFixture(["GPTNeoX/sequential", "GPTNeoX/sequential"])
        let pass = try fixture.pass()
        let together = try pass.measures(of: fixture.tokens, context: fixture.context)
        let second = Array(fixture.tokens.suffix(fixture.context))
        let alone = try pass.measures(of: second, context: fixture.context, workspace: try pass.makeWorkspace(context: 24))
        #expect(alone == together.map { Array($0.suffix(fixture.context - 1)) })
    }

    @Test("neurons that take their own place change no bit where they begin, and nothing but rounding behind it")
    func identity() throws {
        let fixture = try SubstitutionFixture(["GPTNeoX/pythia", "GPTNeoX/pythia"])
        func own(_ layer: Int, _ neuron: Int) -> NeuronSubstitution {
            .init(layer: layer, neuron: neuron, mean: 0.25, source: .init(layer: layer, neuron: neuron, mean: 0.25, slope: 1))
        }
        let found = try fixture.pass([[own(0, 3)], [own(2, 5)], [own(0, 3), own(1, 7), own(2, 5)]]).measures(
            of: fixture.tokens, context: fixture.context)
        for measures in found.dropFirst() {
            for (own, unmodified) in zip(measures, found[0]) {
                #expect(abs(own.loss - unmodified.loss) < 1e-5 && abs(own.entropy - unmodified.entropy) < 1e-5)
                #expect(abs(own.divergence) < 1e-7)
            }
        }
    }

    @Test("neurons that the models do not have are refused, and layers that are not loaded")
    func refused() throws {
        let fixture = try SubstitutionFixture(["GPT2/crfm", "GPT2/untied"])
        let source = NeuronSubstitution.Source(layer: 99, neuron: 0, mean: 0, slope: 1)
        #expect(throws: ModelError.self) { _ = try fixture.pass([[.init(layer: 99, neuron: 0, mean: 0)]]) }
        #expect(throws: ModelError.self) { _ = try fixture.pass([[.init(layer: 0, neuron: 0, mean: 0, source: source)]]) }
        let model = try TransformerModel(id: "a", folder: fixture.folder)
        let unembedding = try Unembedding(of: model, folder: fixture.folder)
        let part = try TransformerModel(id: "b", folder: fixture.otherFolder, throughLayer: 0)
        let behind = NeuronSubstitution.Source(layer: 1, neuron: 0, mean: 0, slope: 1)
        #expect(throws: ModelError.layerNotLoaded(model: "b", layer: 1, loaded: 1)) {
            _ = try SubstitutionPass(unembedding, other: part, conditions: [[.init(layer: 0, neuron: 0, mean: 0, source: behind)]])
        }
    }
}
