import Checkpoints
import Kernels
import Storage
import Testing

@testable import Analysis
@testable import Models

@Suite("The unembedding's null space")
struct NullSpaceTests {
    @Test("fractions of neurons' outputs are those of a float64 singular value decomposition", arguments: AttentionFixture.names)
    func reference(name: String) throws {
        let fixture = try AttentionFixture(name)
        let width = fixture.weights.configuration.width
        let space = try NullSpace(
            of: try fixture.weights.unembedding().matrix, width: width, dimensions: 6, team: ThreadTeam(count: 2))
        #expect(space.dimensions == 6 && space.singularValues == space.singularValues.sorted())
        // Rows of W_U have no mean.
        #expect(space.singularValues[0] < 1e-5 * space.largest)
        let found = try (0..<fixture.weights.configuration.layers).flatMap { layer in
            try space.fractions(of: try fixture.weights.mlp(ofLayer: layer).output, team: ThreadTeam(count: 3))
        }
        #expect(AttentionFixture.error(found, try fixture.numbers("null_fraction")) < 1e-4)
    }

    /// Five tokens in four dimensions, of which the last one has next to nothing.
    private let plain = [Float]([1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0, 1, 1, 1, 0, 0, 0, 0, 0.001])

    private func buffer(_ values: [Float]) -> FloatBuffer {
        let buffer = FloatBuffer(count: values.count)
        for (index, value) in values.enumerated() { buffer.pointer[index] = value }
        return buffer
    }

    @Test("a vector within has a fraction of 1, one outside of 0, and none without length")
    func extremes() throws {
        let space = try NullSpace(of: buffer(plain), width: 4, dimensions: 1, team: ThreadTeam(count: 1))
        let vectors = buffer([0, 0, 0, -5, 3, 1, 2, 0, 1, 0, 0, 1, 0, 0, 0, 0])
        let fractions = try space.fractions(of: vectors, team: ThreadTeam(count: 1))
        #expect(abs(fractions[0] - 1) < 1e-6 && fractions[1] < 1e-6 && abs(fractions[2] - 0.5.squareRoot()) < 1e-6 && fractions[3].isNaN)
        #expect(abs(space.singularValues[0] - 0.001) < 1e-8)
    }

    @Test("all directions that the unembedding maps to nothing belong to it, however few were asked for")
    func zeros() throws {
        var values = plain
        for index in stride(from: 2, to: 20, by: 4) { values[index] = 0 }
        for index in stride(from: 3, to: 20, by: 4) { values[index] = 0 }
        #expect(try NullSpace(of: buffer(values), width: 4, dimensions: 1, team: ThreadTeam(count: 1)).dimensions == 2)
        #expect(throws: AnalysisError.self) { try NullSpace(of: buffer(values), width: 4, dimensions: 5, team: ThreadTeam(count: 1)) }
        #expect([12, 24, 128, 640, 768, 4096].map(NullSpace.dimensions) == [2, 2, 8, 40, 40, 40])
    }

    @Test("is the same bits on any number of threads")
    func threads() throws {
        let weights = try AttentionFixture("GPT2/crfm").weights
        func fractions(_ threads: Int) throws -> [Double] {
            let team = ThreadTeam(count: threads)
            let space = try NullSpace(of: try weights.unembedding().matrix, width: 24, dimensions: 6, team: team)
            return try space.fractions(of: try weights.mlp(ofLayer: 1).output, team: team) + [
                space.randomQuantile(0.9, samples: 500, team: team)
            ]
        }
        #expect(try fractions(1) == fractions(2) && fractions(1) == fractions(3))
    }

    @Test("random directions keep the share of their length that dimensions tell")
    func random() throws {
        let weights = try AttentionFixture("GPT2/crfm").weights
        let space = try NullSpace(of: try weights.unembedding().matrix, width: 24, dimensions: 6, team: ThreadTeam(count: 1))
        // Of 23 directions without mean 5 are in it.
        let median = try space.randomQuantile(0.5, team: ThreadTeam(count: 2))
        #expect(abs(median - (5.0 / 23).squareRoot()) < 0.03)
        #expect(try space.randomQuantile(0.999, team: ThreadTeam(count: 2)) > median + 0.2)
    }
}
