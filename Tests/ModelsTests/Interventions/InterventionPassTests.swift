import Checkpoints
import Kernels
import Statistics
import Testing

@testable import Models

@Suite("Predictions with neurons changed")
struct InterventionPassTests {
    @Test("loss, entropy, scale and divergence of every condition are those of hooks in PyTorch", arguments: InterventionFixture.names)
    func hooks(name: String) throws {
        let fixture = try InterventionFixture(name)
        let found = try fixture.pass().measures(of: fixture.tokens, context: fixture.context)
        let count = fixture.rows * (fixture.context - 1)
        try #require(found.count == fixture.conditions.count + 1 && fixture.loss.count == found.count * count)
        var compared = 0
        for (condition, measures) in found.enumerated() {
            try #require(measures.count == count)
            let what = condition == 0 ? "unmodified" : "\(fixture.conditions[condition - 1])"
            for (place, own) in measures.enumerated() {
                let index = condition * count + place
                let pairs = [
                    (own.loss, fixture.loss[index]), (own.entropy, fixture.entropy[index]), (own.scale, fixture.scale[index]),
                    (own.divergence, fixture.divergence[index]),
                ]
                let error = pairs.map { abs($0.0 - Double($0.1)) / max(1, abs(Double($0.1))) }.max() ?? .infinity
                #expect(error <= 1e-4, "\(what), place \(place): \(own)")
                // Where another logit is as good as equal, float32 may order the two otherwise.
                if fixture.gap[index] > 1e-4 {
                    #expect(own.rank == Int(fixture.rank[index]), "\(what), place \(place)")
                    compared += 1
                }
            }
        }
        #expect(Double(compared) > 0.99 * Double(fixture.loss.count))
    }

    @Test("what they are compared with has every change at both places, with all that may be frozen", arguments: InterventionFixture.names)
    func kinds(name: String) throws {
        let conditions = try InterventionFixture(name).conditions
        for neuron in Set(conditions.map { [$0.layer, $0.neuron] }) {
            let own = conditions.filter { [$0.layer, $0.neuron] == neuron }
            for kind in Intervention.Kind.allCases {
                for place in Intervention.Place.allCases {
                    let found = own.filter { $0.intervention.kind == kind && $0.intervention.place == place }
                    #expect(Set(found.map(\.frozen)) == Set(FrozenPart.allCases), "\(neuron): \(kind) (\(place))")
                }
            }
        }
    }

    @Test(
        "many conditions share their work and give the numbers, to the bit, of each one asked alone",
        arguments: ["GPT2/crfm", "GPTNeoX/pythia"])
    func alone(name: String) throws {
        let fixture = try InterventionFixture(name)
        let together = try fixture.pass().measures(of: fixture.tokens, context: fixture.context)
        for (index, condition) in fixture.conditions.enumerated() {
            let alone = try fixture.pass([condition]).measures(of: fixture.tokens, context: fixture.context)
            #expect(alone == [together[0], together[index + 1]], "\(condition)")
        }
        let reversed = try fixture.pass(fixture.conditions.reversed()).measures(of: fixture.tokens, context: fixture.context)
        #expect(reversed == [together[0]] + together.dropFirst().reversed())
    }

    @Test("the same bits whatever row was measured before, and whatever the workspace has room for")
    func workspaces() throws {
        let fixture = try InterventionFixture("GPTNeoX/sequential")
        let pass = try fixture.pass()
        let together = try pass.measures(of: fixture.tokens, context: fixture.context)
        let second = Array(fixture.tokens.suffix(fixture.context))
        // The longest rows that the model reads.
        let larger = try pass.makeWorkspace(context: 24)
        let alone = try pass.measures(of: second, context: fixture.context, workspace: larger)
        #expect(alone == together.map { Array($0.suffix(fixture.context - 1)) })
    }

    @Test("positions in the middle of a row are measured as among all, within float32")
    func positions() throws {
        let fixture = try InterventionFixture("GPT2/untied")
        let all = try fixture.pass().measures(of: fixture.tokens, context: fixture.context)
        let some = try fixture.pass().measures(of: fixture.tokens, context: fixture.context, at: 1..<9)
        for (expected, found) in zip(all, some) {
            try #require(found.count == 8 * fixture.rows)
            for (place, own) in found.enumerated() {
                let other = expected[place / 8 * (fixture.context - 1) + 1 + place % 8]
                #expect(abs(own.loss - other.loss) < 1e-5 && abs(own.entropy - other.entropy) < 1e-5)
            }
        }
    }

    @Test("what changes nothing leaves every bit, in the last layer and before it", arguments: ["GPT2/crfm", "GPTNeoX/pythia"])
    func identity(name: String) throws {
        let fixture = try InterventionFixture(name)
        let conditions = [0, 1, 2].flatMap { layer in
            [Intervention.Place.pre, .post].flatMap { place in
                FrozenPart.allCases.map {
                    InterventionCondition(layer: layer, neuron: 4, Intervention(.multiply, value: 1, place: place), frozen: $0)
                }
            }
        }
        let found = try fixture.pass(conditions).measures(of: fixture.tokens, context: fixture.context)
        for (condition, measures) in zip(conditions, found.dropFirst()) where condition.frozen != .frequency {
            #expect(measures == found[0], "\(condition)")
        }
        // A component that is taken out and put back may come back rounded.
        for (condition, measures) in zip(conditions, found.dropFirst()) where condition.frozen == .frequency {
            #expect(zip(measures, found[0]).allSatisfy { abs($0.loss - $1.loss) < 1e-5 }, "\(condition)")
        }
    }

    @Test("without frequencies there is no divergence, and everything else is the same")
    func withoutFrequencies() throws {
        let fixture = try InterventionFixture("GPT2/crfm")
        let conditions = fixture.conditions.filter { $0.frozen != .frequency }
        let with = try fixture.pass(conditions).measures(of: fixture.tokens, context: fixture.context)
        let without = try fixture.pass(conditions, hasFrequencies: false).measures(of: fixture.tokens, context: fixture.context)
        #expect(without.joined().allSatisfy { $0.divergence.isNaN } && with.joined().allSatisfy { $0.divergence >= 0 })
        #expect(with.joined().map(\.loss) == without.joined().map(\.loss))
        #expect(with.joined().map(\.entropy) == without.joined().map(\.entropy))
        #expect(with.joined().map(\.rank) == without.joined().map(\.rank))
    }

    @Test("rows of more positions than a panel are measured as in one piece, within float32")
    func panels() throws {
        let folder = try ModelFolder(Fixture.root.appending("Tests/Fixtures/GPTNeoX/long-rows"))
        let tokens = try Fixture("GPTNeoX/long-rows").tokens
        let unembedding = try Unembedding(of: TransformerModel(id: "a", folder: folder), folder: folder)
        let conditions = [0, 1].map { InterventionCondition(layer: $0, neuron: 2, Intervention(.fixed, value: 3)) }
        let pass = try InterventionPass(unembedding, conditions: conditions)
        let whole = try pass.measures(of: tokens, context: 300)
        let pieces = try [0..<100, 100..<200, 200..<299].map { try pass.measures(of: tokens, context: 300, at: $0) }
        for condition in 0...2 {
            let joined = pieces.flatMap { $0[condition] }
            try #require(joined.count == 299 && whole[condition].count == 299)
            #expect(zip(joined, whole[condition]).allSatisfy { abs($0.loss - $1.loss) < 1e-5 && abs($0.scale - $1.scale) < 1e-9 })
        }
    }

    @Test("neurons that there are not, rows that are too long, and an error of the receiver end it")
    func refused() throws {
        let fixture = try InterventionFixture("GPT2/crfm")
        for (layer, neuron) in [(3, 0), (0, 96), (-1, 0), (0, -1)] {
            let condition = InterventionCondition(layer: layer, neuron: neuron, Intervention(.zero))
            #expect(throws: ModelError.noSuchNeuron(model: "a", layer: layer, neuron: neuron, layers: 3, width: 96)) {
                _ = try fixture.pass([condition])
            }
        }
        let pass = try fixture.pass()
        #expect(throws: ModelError.contextTooLong(model: "a", context: 25, positions: 24)) { _ = try pass.makeWorkspace(context: 25) }
        #expect(throws: ModelError.emptyContext(model: "a")) { _ = try pass.makeWorkspace(context: 0) }
        var tokens = fixture.tokens
        tokens[7] = 61
        #expect(throws: ModelError.self) { _ = try pass.measures(of: tokens, context: fixture.context) }
        struct Enough: Error {}
        let workspace = try pass.makeWorkspace(context: fixture.context)
        #expect(throws: Enough.self) {
            try fixture.tokens.withUnsafeBufferPointer { all in
                let row = TokenRow(index: 0, domain: 0, tokens: UnsafeBufferPointer(rebasing: all[0..<fixture.context]))
                try pass.measure(row, at: 0..<3, workspace: workspace) { _, _, _ in throw Enough() }
            }
        }
    }
}
