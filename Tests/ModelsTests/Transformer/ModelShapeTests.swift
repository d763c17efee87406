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

    @Test("the bytes that a model and a workspace take are those announced", arguments: Fixture.names)
    func announced(name: String) throws {
        let fixture = try Fixture(name)
        let shape = ModelShape(fixture.folder.configuration)
        let tensors = GPT2Tensors(fixture.folder.configuration)
        let last = shape.layers - 1
        let read = tensors.embeddings + (0...last).flatMap(tensors.block).dropLast(2)
        #expect(shape.weightBytes(through: last) == 4 * read.map { $0.shape.reduce(1, *) }.reduce(0, +))
        #expect(shape.parameters == tensors.all.map { $0.shape.reduce(1, *) }.reduce(0, +))
        #expect(shape.workspaceBytes(context: 8) >= 4 * 8 * (5 * shape.width + shape.mlpWidth))
    }

    @Test("the facts of a model are the same wherever it lies and however many threads hash it")
    func facts() throws {
        let folder = try Fixture("sharded").folder
        let facts = try ModelFacts(id: "a", folder: folder)
        #expect(try ModelFacts(id: "a", folder: folder, team: ThreadTeam(count: 3)) == facts)
        #expect(try ModelFacts(id: "a", folder: Fixture("plain-names").folder).digest != facts.digest)
    }
}
