import Checkpoints
import Kernels
import Statistics
import Storage
import Testing

@testable import Models

@Suite("The forward pass")
struct TransformerModelTests {
    init() { OpenBLAS.useOneThread() }

    @Test("activations are those of transformers, within 2e-5 of the layer's largest", arguments: Fixture.names)
    func transformers(name: String) throws {
        let fixture = try Fixture(name)
        let model = try TransformerModel(id: "a", folder: fixture.folder)
        let found = try model.allActivations(of: fixture.tokens, context: fixture.context)
        #expect(found.count == fixture.expected.count)
        for (layer, (values, expected)) in zip(found, fixture.expected).enumerated() {
            #expect(values.count == expected.count)
            let largest = expected.map(abs).max() ?? 0
            let error = zip(values, expected).map { abs($0 - $1) }.max() ?? .infinity
            #expect(error <= 2e-5 * largest, "layer \(layer): \(error) of \(largest)")
        }
    }

    @Test(
        "the same bits on 1, 2 and 3 threads and whatever the other rows are",
        arguments: [
            "GPT2/default", "GPT2/crfm", "GPT2/odd-shapes", "GPT2/long-rows", "GPTNeoX/pythia", "GPTNeoX/sequential", "GPTNeoX/long-rows",
        ])
    func sameBits(name: String) throws {
        let fixture = try Fixture(name)
        let model = try TransformerModel(id: "a", folder: fixture.folder)
        let context = fixture.context
        let alone = try model.allActivations(of: Array(fixture.tokens.prefix(context)), context: context)
        let repeated = (0..<7).flatMap {
            $0 % 3 == 1 ? Array(fixture.tokens.prefix(context)) : Array(fixture.tokens.suffix(context).reversed())
        }
        for threads in 1...3 {
            let found = try model.allActivations(of: repeated, context: context, team: ThreadTeam(count: threads))
            for (values, expected) in zip(found, alone) {
                let second = values[expected.count..<2 * expected.count]
                #expect(zip(second, expected).allSatisfy { $0.bitPattern == $1.bitPattern })
            }
        }
    }

    @Test("the same bits when fewer layers are asked for or loaded", arguments: ["GPT2/crfm", "GPTNeoX/pythia"])
    func fewerLayers(name: String) throws {
        let fixture = try Fixture(name)
        let whole = try TransformerModel(id: "a", folder: fixture.folder)
        let all = try whole.allActivations(of: fixture.tokens, context: fixture.context)
        for last in 0..<3 {
            let part = try TransformerModel(id: "a", folder: fixture.folder, throughLayer: last, team: ThreadTeam(count: 2))
            #expect(try whole.allActivations(of: fixture.tokens, context: fixture.context, through: last) == Array(all.prefix(last + 1)))
            #expect(try part.allActivations(of: fixture.tokens, context: fixture.context) == Array(all.prefix(last + 1)))
        }
        let first = try TransformerModel(id: "a", folder: fixture.folder, throughLayer: 0)
        #expect(throws: ModelError.layerNotLoaded(model: "a", layer: 1, loaded: 1)) {
            _ = try first.allActivations(of: fixture.tokens, context: fixture.context, through: 1)
        }
        #expect(throws: ModelError.self) { _ = try TransformerModel(id: "a", folder: fixture.folder, throughLayer: 3) }
    }

    @Test("a workspace for longer rows gives rows of fewer tokens the beginning of the longer rows' result")
    func shorterRows() throws {
        let fixture = try Fixture("GPT2/default")
        let model = try TransformerModel(id: "a", folder: fixture.folder)
        let workspace = try model.makeWorkspace(context: fixture.context)
        let width = model.shape.mlpWidth
        try fixture.tokens.withUnsafeBufferPointer { all in
            let row = TokenRow(index: 0, domain: 0, tokens: UnsafeBufferPointer(rebasing: all[0..<5]))
            try model.activations(of: row, through: 1, workspace: workspace) { layer, values in
                for index in 0..<5 * width {
                    #expect(abs(values[index] - fixture.expected[layer][index]) < 1e-4)
                }
            }
        }
    }

    @Test("an error of the receiver ends the pass")
    func receiverThrows() throws {
        struct Enough: Error {}
        let fixture = try Fixture("GPT2/default")
        let model = try TransformerModel(id: "a", folder: fixture.folder)
        let workspace = try model.makeWorkspace(context: fixture.context)
        var delivered: [Int] = []
        #expect(throws: Enough.self) {
            try fixture.tokens.withUnsafeBufferPointer { all in
                let row = TokenRow(index: 0, domain: 0, tokens: UnsafeBufferPointer(rebasing: all[0..<fixture.context]))
                try model.activations(of: row, through: 1, workspace: workspace) { layer, _ in
                    delivered.append(layer)
                    throw Enough()
                }
            }
        }
        #expect(delivered == [0])
    }

    @Test("token ids outside the vocabulary are named with row and position", arguments: [-1, 61, Int32.max, Int32.min])
    func tokenIds(id: Int32) throws {
        let fixture = try Fixture("GPT2/default")
        let model = try TransformerModel(id: "seed-a", folder: fixture.folder)
        var tokens = fixture.tokens
        tokens[fixture.context + 3] = id
        let error = try #require(throws: ModelError.self) { _ = try model.allActivations(of: tokens, context: fixture.context) }
        #expect(error == .tokenOutsideVocabulary(model: "seed-a", row: 1, position: 3, token: Int(id), vocabulary: 61))
        #expect(error.message.contains("seed-a"))
    }

    @Test("rows longer than the model's positions, and empty ones, are refused")
    func context() throws {
        let model = try TransformerModel(id: "a", folder: try Fixture("GPT2/default").folder)
        #expect(throws: ModelError.contextTooLong(model: "a", context: 25, positions: 24)) { _ = try model.makeWorkspace(context: 25) }
        #expect(throws: ModelError.emptyContext(model: "a")) { _ = try model.makeWorkspace(context: 0) }
    }

    @Test("other frequencies than the configuration's, in buffers of older files, change nothing")
    func buffers() throws {
        let folder = try Fixture("GPTNeoX/pythia").folder
        // The fixture's buffers are all ones; the test above holds its activations against transformers, which computes its own.
        #expect(folder.tensors.names.filter { $0.hasSuffix("rotary_emb.inv_freq") }.count == 3)
    }

    @Test("a model with a weight that is no number is refused by the tensor's name")
    func notFinite() throws {
        let fixture = try Fixture("GPT2/one-head-one-layer")
        let damaged = try DamagedModel(fixture.folder.path, tensor: "transformer.h.0.mlp.c_fc.weight", entry: 12)
        let error = try #require(throws: CheckpointError.self) {
            _ = try TransformerModel(id: "a", folder: try ModelFolder(damaged.path))
        }
        guard case .notFinite(_, "h.0.mlp.c_fc.weight", [1, 5], _) = error else { return fail("\(error)") }
    }

    @Test("the demo's model a has the oracle's means and deviations, within 2e-5 of the layer's largest deviation")
    func demo() throws {
        let demo = Fixture.root.appending("configs/demo")
        let model = try TransformerModel(id: "a", folder: try ModelFolder(demo.appending("models/demo-gpt2-a")))
        let tokens = try NumpyArray(mapping: demo.appending("oracle/tokens.npy"))
        let expected = try NumpyArchive.read(demo.appending("oracle/expected.npz"))
        let means = try #require(try expected["a_mean"]?.values(as: Float.self))
        let deviations = try #require(try expected["a_std"]?.values(as: Float.self))
        let context = tokens.shape[1]
        let found = try model.allActivations(of: try tokens.values(as: Int32.self), context: context, team: .allCores)
        let width = model.shape.mlpWidth
        for (layer, values) in found.enumerated() {
            let count = values.count / width
            var sums = [Double](repeating: 0, count: width)
            var squares = [Double](repeating: 0, count: width)
            values.withUnsafeBufferPointer { values in
                for token in 0..<count {
                    for neuron in 0..<width { sums[neuron] += Double(values[token * width + neuron]) }
                }
                for token in 0..<count {
                    for neuron in 0..<width {
                        let distance = Double(values[token * width + neuron]) - sums[neuron] / Double(count)
                        squares[neuron] += distance * distance
                    }
                }
            }
            let layerDeviations = deviations[layer * width..<(layer + 1) * width]
            let bound = 2e-5 * Double(layerDeviations.max() ?? 0)
            for neuron in 0..<width {
                let index = layer * width + neuron
                #expect(abs(sums[neuron] / Double(count) - Double(means[index])) < bound)
                #expect(abs((squares[neuron] / Double(count)).squareRoot() - Double(deviations[index])) < bound)
            }
        }
    }
}
