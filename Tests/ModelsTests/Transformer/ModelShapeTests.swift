import Checkpoints
import Kernels
import Storage
import Testing

@testable import Models

@Suite("Sizes and costs of models")
struct ModelShapeTests {
    @Test("parameters and weights of GPT-2 small are the published ones")
    func small() throws {
        let shape = ModelShape(try ModelConfiguration(Fixture.root.appending("Tests/Fixtures/GPT2/gpt2-small.json")))
        #expect(shape.parameters == 124_439_808)
        #expect(shape.neurons == 36_864)
        // Everything but the final norm and the last down projection.
        #expect(shape.weightBytes(through: 11) == 4 * (124_439_808 - 2 * 768 - 3072 * 768 - 768))
        // Two operations a weight of the blocks, and the attention's squares, of which a little more than half is computed.
        let dense = 2 * (12 * 12 * 768 * 768) - 2 * 3072 * 768
        let attention = shape.flopsPerToken(through: 11, context: 512) - dense
        #expect(attention > 12 * 2 * 768 * 512 && attention < 12 * 4 * 768 * 512 * 2 / 3)
    }

    @Test("parameters and work of Pythia 160m are the published ones")
    func pythia() throws {
        let shape = ModelShape(try ModelConfiguration(Fixture.root.appending("configs/pythia-160m/original/config.json")))
        // 162,322,944 with the unembedding, as EleutherAI counts.
        #expect(shape.parameters == 162_322_944 - 50_304 * 768)
        #expect(shape.neurons == 36_864)
        // The last layer's neurons do not wait for its attention.
        let dense = 2 * (11 * 12 * 768 * 768) + 2 * 3072 * 768
        let attention = shape.flopsPerToken(through: 11, context: 512) - dense
        #expect(attention > 11 * 2 * 768 * 512 && attention < 11 * 4 * 768 * 512 * 2 / 3)
        #expect(shape.weightBytes(through: 0) == 4 * (50_304 * 768 + 768 * 3072 + 3072 + 2 * 768))
    }

    @Test("the bytes that a model and a workspace take are those announced", arguments: Fixture.names)
    func announced(name: String) throws {
        let fixture = try Fixture(name)
        let configuration = fixture.folder.configuration
        let shape = ModelShape(configuration)
        let tensors = ModelTensors(configuration)
        func count(_ tensors: [ModelTensors.Required]) -> Int { tensors.reduce(0) { $0 + $1.shape.reduce(1, *) } }
        let last = shape.layers - 1
        var read = count(tensors.embeddings) + (0..<last).reduce(0) { $0 + count(tensors.block($1).all) }
        let block = tensors.block(last)
        read += count(block.mlpNorm.all + block.up.all)
        if !configuration.isParallel {
            read += count(block.attentionNorm.all + block.queryKeyValue.all + block.attentionOutput.all)
        }
        // Biases that a model lacks are zeros in memory.
        let zeros = configuration.hasAttentionBias ? 0 : (configuration.isParallel ? last : last + 1) * 4 * shape.width
        #expect(shape.weightBytes(through: last) == 4 * (read + zeros))
        #expect(shape.parameters == count(tensors.all))
        #expect(shape.workspaceBytes(context: 8) >= 4 * 8 * (5 * shape.width + shape.mlpWidth))
    }

    @Test("the facts of a model are the same wherever it lies and however many threads hash it")
    func facts() throws {
        let folder = try Fixture("GPT2/sharded").folder
        let facts = try ModelFacts(id: "a", folder: folder)
        #expect(try ModelFacts(id: "a", folder: folder, team: ThreadTeam(count: 3)) == facts)
        #expect(try ModelFacts(id: "a", folder: Fixture("GPT2/plain-names").folder).digest != facts.digest)
    }
}
