import Checkpoints
import Kernels
import Statistics
import Testing

@testable import Models

@Suite("Paths from neurons to attention heads")
struct PathAblationTests {
    private func samples(_ ablation: PathAblation, _ rows: [[Int32]]) throws -> [PathSamples] {
        let workspace = try ablation.makeWorkspace(context: rows.map(\.count).max() ?? 1)
        var all = Array(repeating: PathSamples(), count: ablation.pairs.count)
        for (index, row) in rows.enumerated() {
            let found = try row.withUnsafeBufferPointer { tokens in
                try ablation.samples(of: TokenRow(index: index, domain: 0, tokens: tokens), workspace: workspace)
            }
            for place in all.indices { all[place].append(found[place]) }
        }
        return all
    }

    @Test("the keys of a row's first token are those that transformers gives a row of it alone", arguments: AttentionArchive.names)
    func keys(name: String) throws {
        let expected = try AttentionArchive(name)
        let keys = try BeginningKeys(ProcessedWeights(expected.folder), token: try #require(try expected.integers("token").first))
        #expect(AttentionArchive.error(keys.values.map(Double.init), try expected.numbers("keys")) < 1e-4)
        let configuration = expected.folder.configuration
        #expect(keys.values.count == configuration.layers * configuration.width && keys.headWidth == configuration.headWidth)
        let own = keys.values[(configuration.width + keys.headWidth)...].prefix(keys.headWidth)
        #expect(Array(keys.key(ofLayer: 1, head: 1)) == Array(own))
    }

    @Test(
        "activation, attention to the first token, length of the head's output and their changes are those of a PyTorch implementation",
        arguments: AttentionArchive.names)
    func reference(name: String) throws {
        let expected = try AttentionArchive(name)
        let ablation = try PathAblation(try expected.pairs(), from: AttentionArchive.first, model: expected.folder)
        let found = try samples(ablation, try expected.rows())
        #expect(PathSamples.fields.map(\.name) == ["activation", "attention", "attention_change", "norm", "norm_change"])
        for field in PathSamples.fields {
            let values = try expected.numbers(field.name)
            let count = values.count / found.count
            for (place, samples) in found.enumerated() {
                let error = AttentionArchive.error(
                    samples[keyPath: field.values].map(Double.init), Array(values[place * count..<(place + 1) * count]))
                #expect(error < 1e-4, "\(field.name) of \(ablation.pairs[place]): \(error)")
            }
        }
    }

    @Test("a path's samples are the same bits whatever other paths and rows are measured")
    func alone() throws {
        let expected = try AttentionArchive("GPT2/crfm")
        let (pairs, rows) = (try expected.pairs(), try expected.rows())
        let all = try samples(try PathAblation(pairs, from: 8, model: expected.folder, team: ThreadTeam(count: 3)), rows)
        for (place, pair) in pairs.enumerated() {
            let ablation = try PathAblation([pair], from: 8, model: expected.folder)
            #expect(try samples(ablation, rows)[0] == all[place])
        }
        let backwards = try samples(try PathAblation(pairs, from: 8, model: expected.folder), rows.reversed())
        let length = rows[0].count - 8
        #expect(Array(backwards[1].normChange.suffix(length)) == Array(all[1].normChange.prefix(length)))
    }

    @Test("a row that ends before the first position has no samples, and later positions are the only ones that change")
    func positions() throws {
        let expected = try AttentionArchive("GPT2/crfm")
        let (pairs, rows) = (try expected.pairs(), try expected.rows())
        let late = try PathAblation(pairs, from: 12, model: expected.folder)
        let early = try PathAblation(pairs, from: 4, model: expected.folder)
        #expect(try samples(late, [Array(rows[0].prefix(12))]).allSatisfy { $0.count == 0 })
        let (few, many) = (try samples(late, [rows[0]]), try samples(early, [rows[0]]))
        // A query is changed at its own position only.
        for place in pairs.indices {
            let error = AttentionArchive.error(
                few[place].attentionChange.map(Double.init), many[place].attentionChange.dropFirst(8).map(Double.init))
            #expect(error < 1e-4 && few[place].count == rows[0].count - 12)
        }
    }

    @Test(
        "a neuron or head that there is not, and a head that does not come after the neuron, are refused by name",
        arguments: [
            NeuronHead(layer: 1, neuron: 0, headLayer: 1, head: 0), NeuronHead(layer: 0, neuron: 96, headLayer: 1, head: 0),
            NeuronHead(layer: 0, neuron: 0, headLayer: 3, head: 0), NeuronHead(layer: 0, neuron: 0, headLayer: 1, head: 4),
            NeuronHead(layer: -1, neuron: 0, headLayer: 1, head: 0),
        ])
    func refused(pair: NeuronHead) throws {
        let folder = try AttentionArchive("GPT2/crfm").folder
        #expect(throws: ModelError.noSuchPath(model: "a", pair, layers: 3, neurons: 96, heads: 4)) {
            try PathAblation([pair], model: folder, id: "a")
        }
    }

    @Test("a first token that the model does not know is refused")
    func unknownToken() throws {
        let folder = try AttentionArchive("GPT2/crfm").folder
        #expect(throws: ModelError.tokenOutsideVocabulary(model: "crfm", row: 0, position: 0, token: 61, vocabulary: 61)) {
            try BeginningKeys(ProcessedWeights(folder), token: 61)
        }
    }
}
