import Kernels
import Models
import Testing

@testable import Analysis

@Suite("Contrasts of tokens with and without a feature")
struct TokenContrastTests {
    private static let width = 12

    private func unit(_ rows: Int, seed: UInt64) throws -> UnitRows {
        let buffer = FloatBuffer(count: rows * Self.width)
        var numbers = SeededFloats(seed: seed)
        for index in 0..<buffer.count { buffer.pointer[index] = numbers.nextNormal() }
        return try UnitRows(scaling: buffer, width: Self.width, team: ThreadTeam(count: 1))
    }

    /// Features of 1,100 tokens: every third, the first only, all, none, the first half.
    private let features: FeatureTable = {
        let holds: [(Int) -> Bool] = [{ $0 % 3 == 0 }, { $0 == 0 }, { _ in true }, { _ in false }, { $0 < 550 }]
        let bits = (0..<1_100).map { token in holds.enumerated().reduce(UInt8(0)) { $0 | ($1.element(token) ? 1 << UInt8($1.offset) : 0) } }
        let columns = ["third", "first", "all", "none", "half"].map { FeatureColumn(name: $0, family: .syntax) }
        return FeatureTable(vocabularySize: 1_100, columns: columns, bits: bits)
    }()

    @Test("difference, Welch's t and reduction of variance are those of two samples", arguments: [1_100, 1_050, 1_200])
    func plain(vocabulary: Int) throws {
        let (neurons, tokens) = (try unit(70, seed: 1), try unit(vocabulary, seed: 2))
        let places = Array(stride(from: 1, to: 70, by: 2))
        let contrasts = TokenContrasts(features, vocabulary: vocabulary)
        let found = try contrasts.contrasts(of: places, among: neurons, unembedding: tokens, team: ThreadTeam(count: 2))
        try #require(found.count == places.count)
        // Tokens that the tokenizer does not have, or the model, are not asked about.
        let known = min(vocabulary, 1_100)
        for (row, neuron) in zip(found, places) {
            let cosines = (0..<known).map { token in
                (0..<Self.width).reduce(0.0) {
                    $0 + Double(neurons.values.pointer[neuron * Self.width + $1]) * Double(tokens.values.pointer[token * Self.width + $1])
                }
            }
            #expect(row[2] == nil && row[3] == nil)
            for feature in [0, 1, 4] {
                let contrast = try #require(row[feature])
                let with = (0..<known).filter { features.holds(feature, for: $0) }.map { cosines[$0] }
                let without = (0..<known).filter { !features.holds(feature, for: $0) }.map { cosines[$0] }
                func mean(_ x: [Double]) -> Double { x.reduce(0, +) / Double(x.count) }
                func variance(_ x: [Double]) -> Double { x.reduce(0) { $0 + ($1 - mean(x)) * ($1 - mean(x)) } / Double(x.count) }
                let difference = mean(with) - mean(without)
                let share = Double(with.count) / Double(known)
                let (whole, inside) = (variance(cosines), share * variance(with) + (1 - share) * variance(without))
                #expect(abs(contrast.difference - difference) < 1e-6)
                #expect(abs(contrast.reduction - (whole - inside) / whole) < 1e-6)
                guard with.count > 1 else {
                    #expect(contrast.t.isNaN)
                    continue
                }
                let error = variance(with) / Double(with.count - 1) + variance(without) / Double(without.count - 1)
                #expect(abs(contrast.t - difference / error.squareRoot()) < 1e-4)
            }
        }
    }

    @Test("the same bits for any number of threads; nothing for no neuron")
    func threads() throws {
        let (neurons, tokens) = (try unit(70, seed: 3), try unit(1_100, seed: 4))
        let contrasts = TokenContrasts(features, vocabulary: 1_100)
        let one = try contrasts.contrasts(of: Array(0..<70), among: neurons, unembedding: tokens, team: ThreadTeam(count: 1))
        let three = try contrasts.contrasts(of: Array(0..<70), among: neurons, unembedding: tokens, team: ThreadTeam(count: 3))
        // t of a single token is NaN, which equals nothing.
        #expect(one.map { $0.map { $0?.reduction } } == three.map { $0.map { $0?.reduction } })
        #expect(one.map { $0[0]?.t } == three.map { $0[0]?.t })
        #expect(try contrasts.contrasts(of: [], among: neurons, unembedding: tokens, team: ThreadTeam(count: 2)).isEmpty)
    }
}
