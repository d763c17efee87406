import Checkpoints
import Kernels
import Testing

@testable import Models

@Suite("The unembedding")
struct UnembeddingTests {
    private func folder(_ name: String) throws -> ModelFolder { try ModelFolder(Fixture.root.appending("Tests/Fixtures/\(name)")) }

    @Test("is the embedding's own memory where the two are tied, and a matrix of its own elsewhere")
    func tied() throws {
        for (name, isTied) in [("GPT2/crfm", true), ("GPT2/untied", false), ("GPTNeoX/pythia", false), ("GPTNeoX/tied-gelu-tanh", true)] {
            let folder = try folder(name)
            let model = try TransformerModel(id: "a", folder: folder)
            let unembedding = try Unembedding(of: model, folder: folder, team: ThreadTeam(count: 2))
            #expect((unembedding.matrix == model.weights.tokens) == isTied, "\(name)")
            let stored = try folder.tensors.float32(
                try folder.unembeddingName(), shape: [model.shape.vocabularySize, model.shape.width])
            #expect((0..<stored.count).allSatisfy { unembedding.matrix[$0] == stored[$0] }, "\(name)")
        }
    }

    @Test("a model without a head, and one whose last layer is not loaded, are refused by name")
    func refused() throws {
        let body = try folder("GPTNeoX/plain-names")
        let error = try #require(throws: ModelError.self) {
            _ = try Unembedding(of: TransformerModel(id: "seed-b", folder: body), folder: body)
        }
        #expect(error == .noUnembedding(model: "seed-b") && error.exitStatus == .dataError)
        #expect(error.message.contains("seed-b") && error.message.contains("no unembedding"))
        let part = try folder("GPT2/crfm")
        #expect(throws: ModelError.layerNotLoaded(model: "a", layer: 2, loaded: 2)) {
            _ = try Unembedding(of: TransformerModel(id: "a", folder: part, throughLayer: 1), folder: part)
        }
    }
}
