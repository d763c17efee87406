import Testing

@testable import Analysis

@Suite("How alike two layers are")
struct LayerComparisonTests {
    private static let everything = Set(SimilarityMeasure.allCases)

    @Test("is what numpy and scipy find in the activations themselves, by every measure", arguments: SimilarityFixture.pairs)
    func reference(pair: String) throws {
        let fixture = try SimilarityFixture()
        let names = pair.split(separator: "_").map(String.init)
        let (first, second) = (try fixture.geometry(names[0]), try fixture.geometry(names[1]))
        let correlations = try fixture.correlations(names[0], names[1]).values
        let found = try LayerComparison(measures: Self.everything).similarity(of: first, and: second, correlations: correlations)
        let expected = try fixture.figures(pair)
        try #require(expected.count == found.figures.count + 2)
        for (figure, expected) in zip(found.figures, expected) {
            #expect(try abs(#require(figure.value) - expected) < 1e-9, "\(figure.name)")
        }
        #expect([first.rank, second.rank] == expected.suffix(2).map(Int.init))
    }

    @Test("a layer in another order is the same by every measure, one that was turned by all but those of matched neurons")
    func planted() throws {
        let fixture = try SimilarityFixture()
        func compared(with other: String) throws -> LayerSimilarity {
            try LayerComparison(measures: Self.everything).similarity(
                of: fixture.geometry("x"), and: fixture.geometry(other), correlations: fixture.correlations("x", other).values)
        }
        for figure in try compared(with: "permuted").figures { #expect(try abs(#require(figure.value) - 1) < 1e-9, "\(figure.name)") }
        let turned = try compared(with: "turned")
        for value in [turned.cka, turned.procrustes, turned.cca, turned.explainedOfRows, turned.explainedOfColumns] {
            #expect(try abs(#require(value) - 1) < 1e-9)
        }
        #expect(try #require(turned.assignment) < 0.9 && #require(turned.softMatching) < 0.9)
    }

    @Test("has what was asked for and nothing else")
    func measures() throws {
        let fixture = try SimilarityFixture()
        let (x, y) = (try fixture.geometry("x"), try fixture.geometry("y"))
        let correlations = try fixture.correlations("x", "y").values
        let all = try LayerComparison(measures: Self.everything).similarity(of: x, and: y, correlations: correlations)
        var together = LayerSimilarity()
        for measure in SimilarityMeasure.allCases {
            let one = try LayerComparison(measures: [measure]).similarity(of: x, and: y, correlations: correlations)
            #expect(one.figures.filter { $0.value != nil }.count == (measure == .regression ? 2 : 1), "\(measure)")
            together = together.completed(by: one)
        }
        #expect(together == all)
        var (own, variances) = try fixture.correlations("x", "x")
        #expect(try LayerGeometry(destroying: &own, variances: variances, measures: [.cka, .assignment]).rank == nil)
    }

    @Test("of layers without any variance there are matched neurons, with correlations of 0, and nothing else")
    func constant() throws {
        var zeros = [Double](repeating: 0, count: 9)
        let layer = try LayerGeometry(destroying: &zeros, variances: [0, 0, 0], measures: Self.everything)
        #expect(layer.rank == 0)
        let found = try LayerComparison(measures: Self.everything).similarity(
            of: layer, and: layer, correlations: [Double](repeating: 0, count: 9))
        var expected = LayerSimilarity()
        (expected.assignment, expected.softMatching) = (0, 0)
        #expect(found == expected)
    }

    @Test("directions below the cutoff, or below what rounding makes, are none")
    func cutoff() throws {
        let fixture = try SimilarityFixture()
        #expect(try fixture.geometry("x", cutoff: 0).rank == 12)
        let ranks = try [1e-3, 0.1, 0.5, 0.999].map { try #require(fixture.geometry("x", cutoff: $0).rank) }
        #expect(ranks == ranks.sorted(by: >) && ranks[0] > ranks[2] && ranks[3] >= 1)
        let noisy = try #require(fixture.geometry("x", noise: 0.1).rank)
        #expect(noisy < 12 && noisy > 0)
    }

    @Test("stops where it is told to")
    func stopped() throws {
        struct Stopped: Error {}
        let fixture = try SimilarityFixture()
        let (x, y) = (try fixture.geometry("x"), try fixture.geometry("y"))
        let correlations = try fixture.correlations("x", "y").values
        #expect(throws: Stopped.self) {
            try LayerComparison(measures: Self.everything).similarity(of: x, and: y, correlations: correlations) { throw Stopped() }
        }
    }
}
