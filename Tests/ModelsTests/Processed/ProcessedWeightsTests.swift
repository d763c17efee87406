import Checkpoints
import Kernels
import Storage
import Testing

@testable import Models

@Suite("Processed weights")
struct ProcessedWeightsTests {
    static let names = [
        "GPT2/odd-shapes", "GPT2/crfm", "GPT2/untied", "GPT2/without-norms", "GPTNeoX/pythia", "GPTNeoX/sequential", "GPTNeoX/odd-rotation",
        "GPTNeoX/tied-gelu-tanh", "GPTNeoX/without-attention-bias",
    ]

    private func folder(_ name: String) throws -> ModelFolder { try ModelFolder(Fixture.root.appending("Tests/Fixtures/\(name)")) }

    private func expected(_ name: String) throws -> [String: NumpyArray] {
        try NumpyArchive.read(Fixture.root.appending("Tests/Fixtures/Weights/\(name.replacing("/", with: "-")).npz"))
    }

    /// Every number within 1e-5 of its own size, or of a tenth of the largest one's.
    private func expectEqual(_ found: FloatBuffer, _ array: NumpyArray?, _ what: String) throws {
        let array = try #require(array, "\(what)")
        let expected = array.dtype == .float64 ? try array.values(as: Double.self) : try array.values(as: Float.self).map(Double.init)
        try #require(found.count == expected.count, "\(what)")
        let largest = expected.map(abs).max() ?? 0
        let worst = zip(found.values, expected).map { abs(Double($0) - $1) / (abs($1) + 0.1 * largest) }.max() ?? 0
        #expect(worst <= 1e-5, "\(what): \(worst)")
    }

    @Test("each tensor is that of a float64 implementation of the specification", arguments: names)
    func tensors(name: String) throws {
        let (weights, expected) = (ProcessedWeights(try folder(name)), try expected(name))
        try expectEqual(try weights.embedding(team: ThreadTeam(count: 2)), expected["W_E"], "W_E")
        if let positions = try weights.positions() { try expectEqual(positions, expected["W_pos"], "W_pos") }
        let hasPositions = try weights.positions() != nil
        #expect(hasPositions == (expected["W_pos"] != nil))
        let unembedding = try weights.unembedding(team: ThreadTeam(count: 3))
        try expectEqual(unembedding.matrix, expected["W_U"], "W_U")
        try expectEqual(unembedding.bias, expected["b_U"], "b_U")
        for layer in 0..<weights.configuration.layers {
            let (mlp, attention) = (try weights.mlp(ofLayer: layer), try weights.attention(ofLayer: layer))
            let tensors = [
                ("W_in", mlp.input), ("b_in", mlp.inputBias), ("W_out", mlp.output), ("b_out", mlp.outputBias),
                ("W_QKV", attention.queryKeyValue), ("b_QKV", attention.queryKeyValueBias), ("W_O", attention.output),
                ("b_O", attention.outputBias),
            ]
            for (key, tensor) in tensors { try expectEqual(tensor, expected["\(layer)_\(key)"], "\(layer)_\(key)") }
        }
    }

    @Test("give the logits that transformers gives with the weights as they are, but for one number a position", arguments: names)
    func logits(name: String) throws {
        let arrays = try expected(name)
        let tokens = try #require(arrays["tokens"])
        let ids = try tokens.values(as: Int32.self)
        let logits = try #require(try arrays["logits"]?.values(as: Float.self))
        let forward = try PlainForward(try folder(name))
        let context = tokens.shape[1]
        // Two rows show it.
        let rows = min(2, tokens.shape[0])
        let found = (0..<rows).flatMap { forward.logits(Array(ids[$0 * context..<($0 + 1) * context])) }
        let vocabulary = logits.count / ids.count
        let largest = logits.map(abs).max() ?? 0
        try #require(largest > 0.1 && found.allSatisfy { $0.count == vocabulary })
        for (position, row) in found.enumerated() {
            let mean = row.reduce(0, +) / Double(vocabulary)
            // They are centred already: W_U and b_U are.
            #expect(abs(mean) < 1e-5 * Double(largest))
            let worst = row.indices.map { abs(row[$0] - mean - Double(logits[position * vocabulary + $0])) }.max() ?? .infinity
            #expect(worst <= 2e-5 * Double(largest), "position \(position): \(worst) of \(largest)")
        }
    }

    @Test("reading weights and embeddings have rows without mean, and the unembedding columns without mean")
    func centred() throws {
        let weights = ProcessedWeights(try folder("GPTNeoX/pythia"))
        let width = weights.configuration.width
        let (mlp, unembedding) = (try weights.mlp(ofLayer: 1), try weights.unembedding())
        for matrix in [mlp.input, mlp.output, try weights.embedding(), unembedding.matrix] {
            for row in 0..<matrix.count / width {
                let sum = (0..<width).reduce(0.0) { $0 + Double(matrix.pointer[row * width + $1]) }
                #expect(abs(sum) < 1e-5)
            }
        }
        for d in 0..<width {
            let sum = stride(from: d, to: unembedding.matrix.count, by: width).reduce(0.0) { $0 + Double(unembedding.matrix.pointer[$1]) }
            #expect(abs(sum) < 1e-5)
        }
    }

    @Test("the bits do not depend on the number of threads")
    func threads() throws {
        let weights = ProcessedWeights(try ModelFolder(Fixture.root.appending("configs/demo/models/demo-gpt2-a")))
        let one = try weights.unembedding()
        for threads in 2...3 {
            let other = try weights.unembedding(team: ThreadTeam(count: threads))
            #expect(zip(one.matrix.values, other.matrix.values).allSatisfy { $0.bitPattern == $1.bitPattern })
            #expect(zip(one.bias.values, other.bias.values).allSatisfy { $0.bitPattern == $1.bitPattern })
        }
    }

    @Test("a model without a head has no unembedding, and a layer that there is not is refused")
    func missing() throws {
        let body = ProcessedWeights(try folder("GPTNeoX/plain-names"))
        let tied = ProcessedWeights(try folder("GPT2/plain-names"))
        #expect(!body.hasUnembedding && tied.hasUnembedding)
        #expect(throws: CheckpointError.self) { _ = try body.unembedding() }
        #expect(throws: ModelError.layerNotLoaded(model: "plain-names", layer: 2, loaded: 2)) { _ = try body.mlp(ofLayer: 2) }
        #expect(throws: ModelError.self) { _ = try body.attention(ofLayer: -1) }
    }
}
