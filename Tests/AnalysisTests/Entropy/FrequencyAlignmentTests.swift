import Kernels
import Models
import SmallRuns
import Storage
import Testing

@testable import Analysis

@Suite("Neurons along token frequencies")
struct FrequencyAlignmentTests {
    private static func buffer(_ values: [Float]) -> FloatBuffer {
        let buffer = FloatBuffer(count: values.count)
        for (index, value) in values.enumerated() { buffer.pointer[index] = value }
        return buffer
    }

    @Test("correlations of effects on logits with log frequencies are numpy's, the same bits on any number of threads")
    func correlations() throws {
        let arrays = try NumpyArchive.read(WeightFixture.root.appending("Weights/frequencies.npz"))
        let unembedding = try Self.buffer(#require(try arrays["unembedding"]?.values(as: Float.self)))
        let vectors = try Self.buffer(#require(try arrays["vectors"]?.values(as: Float.self)))
        let counts = try #require(try arrays["counts"]?.values(as: Int64.self))
        let expected = try #require(try arrays["correlations"]?.values(as: Double.self))
        let unigram = UnigramDistribution(counts: counts.map { Int($0) }, vocabulary: 61)
        var found: [[Double]] = []
        for threads in 1...3 {
            let team = ThreadTeam(count: threads)
            let direction = try FrequencyDirection(of: unembedding, width: 16, unigram: unigram, team: team)
            found.append(try direction.correlations(of: vectors, team: team))
        }
        #expect(found[0] == found[1] && found[0] == found[2])
        try #require(found[0].count == expected.count)
        for (own, numpy) in zip(found[0], expected) { #expect(abs(own - numpy) < 1e-6) }
        let nothing = try FrequencyDirection(of: unembedding, width: 16, unigram: unigram, team: ThreadTeam(count: 1))
            .correlations(of: FloatBuffer(count: 16), team: ThreadTeam(count: 1))
        #expect(nothing.count == 1 && nothing[0].isNaN)
    }

    /// Three layers of 200 neurons with small correlations.
    private func layers() -> [[Double]] {
        var generator = SeededGenerator(seed: 6)
        return (0..<3).map { _ in (0..<200).map { _ in Double.random(in: -0.1...0.1, using: &generator) } }
    }

    @Test("what is named is larger than random directions give and far from its layer, in one of the last two")
    func named() {
        var layers = layers()
        (layers[0][9], layers[1][4], layers[2][150]) = (0.9, -0.8, 0.9)
        #expect(FrequencyAlignment(layers: layers, randomCorrelation: 0.4).neurons == [204, 550])
        #expect(FrequencyAlignment(layers: layers, randomCorrelation: 0.85).neurons == [550])
        // A layer all of whose neurons go along the frequencies has none that stands out.
        layers[2] = layers[2].map { _ in 0.5 }.enumerated().map { $0.element + 0.001 * Double($0.offset) }
        #expect(FrequencyAlignment(layers: layers, randomCorrelation: 0.4).neurons == [204])
        #expect(FrequencyAlignment(layers: self.layers(), randomCorrelation: 0.05).neurons == [])
    }
}
