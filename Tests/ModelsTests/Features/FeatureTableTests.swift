import Kernels
import Testing

@testable import Models

@Suite("Feature table")
struct FeatureTableTests {
    private func candidate(_ name: String, _ family: FeatureFamily, _ tokens: [Int], of vocabularySize: Int = 100) -> FeatureCandidate {
        var set = TokenSet(vocabularySize: vocabularySize)
        for token in tokens { set.insert(token) }
        return FeatureCandidate(name: name, family: family, tokens: set)
    }

    @Test("a feature that never or always holds in the sample gets no column")
    func constantFeatures() {
        var counts = Array(repeating: 0, count: 100)
        counts[3] = 5
        counts[70] = 1
        let table = FeatureTable.build(
            [
                candidate("never", .syntax, [1, 2]), candidate("always", .syntax, [3, 4, 70]), candidate("sometimes", .syntax, [4, 70]),
            ], counts: counts)
        #expect(table.columns.map(\.name) == ["sometimes"])
        #expect(table.tokens(with: 0) == [4, 70])
    }

    @Test("without a sample each token counts once")
    func noSample() {
        let table = FeatureTable.build(
            [candidate("all", .syntax, Array(0..<100)), candidate("none", .syntax, []), candidate("one", .syntax, [99])],
            counts: Array(repeating: 0, count: 100))
        #expect(table.columns.map(\.name) == ["one"])
    }

    @Test("features with the same tokens share a column under the most specific name")
    func aliases() {
        let table = FeatureTable.build(
            [
                candidate("first letter q", .syntax, [1, 65]), candidate("other", .syntax, [2]), candidate("prefix q", .syntax, [1, 65]),
                candidate("unigram q", .unigram, [1, 65]), candidate("letter q", .alphabet, [1, 65]),
                candidate("topic q", .semantic, [1, 65]),
            ], counts: Array(repeating: 1, count: 100))
        #expect(table.columns.map(\.name) == ["other", "letter q"])
        #expect(table.columns.map(\.family) == [.syntax, .alphabet])
        #expect(table.columns[1].aliases == ["unigram q", "first letter q", "prefix q", "topic q"])
        #expect(table.tokens(with: 1) == [1, 65])
    }

    @Test("bits say what the candidates said, for any number of columns", arguments: [1, 7, 8, 9, 17])
    func bits(count: Int) {
        let candidates = (0..<count).map { feature in
            candidate("f\(feature)", .syntax, (0..<100).filter { ($0 * 7 + feature * 13) % (feature + 3) == 1 })
        }
        let table = FeatureTable.build(candidates, counts: Array(repeating: 1, count: 100))
        #expect(table.bits.count == 100 * ((table.columns.count + 7) / 8))
        for (column, name) in table.columns.map(\.name).enumerated() {
            let candidate = candidates.first { $0.name == name }
            #expect(table.tokens(with: column) == candidate?.tokens.members)
        }
    }

    @Test("unigrams are the strings with more than three tokens and more than their share of the sample")
    func unigrams() throws {
        let decoded = try FeatureFixtures.demoVocabulary()
        let texts = decoded.map { TokenText($0) }
        let expected = try FeatureFixtures.demo().variants
        let all = VocabularyFeatures.unigrams(
            texts: texts, counts: Array(repeating: 1, count: texts.count), configuration: FeatureConfiguration(unigramShare: 0))
        #expect(all.map(\.name) == expected.keys.sorted().map { "unigram \($0)" })
        for feature in all {
            #expect(texts.count { feature.predicate($0) } == expected[String(feature.name.dropFirst("unigram ".count))], "\(feature.name)")
        }
        // Exactly 3,000 of a million are not more than 0.3 %.
        var counts = Array(repeating: 0, count: texts.count)
        let the = try #require(decoded.firstIndex(of: " the"))
        let and = try #require(decoded.firstIndex(of: " and"))
        counts[the] = 3001
        counts[and] = 3000
        counts[try #require(decoded.firstIndex(of: "x"))] = 1_000_000 - 6001
        let frequent = VocabularyFeatures.unigrams(texts: texts, counts: counts, configuration: FeatureConfiguration())
        #expect(frequent.map(\.name) == ["unigram the", "unigram x"])
    }

    @Test("blank tokens and parts of characters are no unigram")
    func noUnigrams() {
        let texts = [" ", "  ", "\n", "\t", "   ", "\u{FFFD}", " \u{FFFD}", "\u{FFFD}", "\u{FFFD} ", ""].map { TokenText($0) }
        let features = VocabularyFeatures.unigrams(
            texts: texts, counts: Array(repeating: 1, count: texts.count), configuration: FeatureConfiguration())
        #expect(features.isEmpty)
    }

    @Test("short embeddings are a share of the vocabulary")
    func shortEmbeddings() {
        let norms: [Float] = [5, 1, 4, 2, 3, 9, 8, 7, 6, 10]
        #expect(VocabularyFeatures.shortEmbeddings(norms: norms[...], quantile: 0.2).tokens.members == [1, 3])
        #expect(VocabularyFeatures.shortEmbeddings(norms: norms[...], quantile: 0).tokens.members == [])
        #expect(VocabularyFeatures.shortEmbeddings(norms: norms[...], quantile: 1).tokens.members == Array(0..<10))
    }
}
