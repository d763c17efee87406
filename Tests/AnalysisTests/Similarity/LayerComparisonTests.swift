import Statistics
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
        let found = try LayerComparison(measures: Self.everything).similarity(
            of: first, and: second, correlations: correlations, uncentred: uncentred(fixture, names))
        let (expected, cosines) = (try fixture.figures(pair), try fixture.cosines(pair))
        try #require(expected.count + cosines.count == found.figures.count + 2)
        for (figure, expected) in zip(found.figures, expected.dropLast(2) + cosines) where Self.isDefinite(figure.name, of: pair) {
            #expect(try abs(#require(figure.value) - expected) < 1e-9, "\(figure.name)")
        }
        #expect([first.rank, second.rank] == expected.suffix(2).map(Int.init))
    }

    private func uncentred(_ fixture: SimilarityFixture, _ names: [String]) throws -> (rows: UncentredColumns, columns: UncentredColumns) {
        (try fixture.uncentred(names[0]), try fixture.uncentred(names[1]))
    }

    /// Of two columns with the same correlations the best partner is a matter of rounding.
    private static func isDefinite(_ figure: String, of pair: String) -> Bool {
        !(figure.hasPrefix("same_partner") && pair.contains("doubled"))
    }

    @Test(
        "by columns whose signs are arbitrary is what numpy and scipy find by the size of ρ and of cosines",
        arguments: SimilarityFixture.pairs)
    func sizes(pair: String) throws {
        let fixture = try SimilarityFixture()
        let names = pair.split(separator: "_").map(String.init)
        let found = try LayerComparison(measures: [.assignment, .softMatching, .cosine], areSignsArbitrary: true).similarity(
            of: fixture.geometry(names[0]), and: fixture.geometry(names[1]), correlations: fixture.correlations(names[0], names[1]).values,
            uncentred: uncentred(fixture, names))
        let (figures, expected) = (found.figures.suffix(7), try fixture.sizes(pair))
        try #require(expected.count == figures.count)
        for (figure, expected) in zip(figures, expected) where Self.isDefinite(figure.name, of: pair) {
            #expect(try abs(#require(figure.value) - expected) < 1e-9, "\(figure.name)")
        }
    }

    @Test("does not depend on which way columns point whose signs are arbitrary, to the bit; by ρ itself it does")
    func turnedRound() throws {
        let fixture = try SimilarityFixture()
        let (x, y) = (try fixture.geometry("x"), try fixture.geometry("y"))
        let correlations = try fixture.correlations("x", "y").values
        let turned = correlations.enumerated().map { $0.offset % 9 % 3 == 0 ? -$0.element : $0.element }
        let (rows, columns) = (try fixture.uncentred("x"), try fixture.uncentred("y"))
        let other = try fixture.uncentred("y") { $0 % 3 == 0 }
        let signed = try LayerComparison(measures: [.assignment]).similarity(of: x, and: y, correlations: correlations)
        for areArbitrary in [true, false] {
            let comparison = LayerComparison(measures: [.assignment, .softMatching, .cosine], areSignsArbitrary: areArbitrary)
            let first = try comparison.similarity(of: x, and: y, correlations: correlations, uncentred: (rows, columns))
            let second = try comparison.similarity(of: x, and: y, correlations: turned, uncentred: (rows, other))
            #expect((first == second) == areArbitrary)
            #expect((first.assignment == signed.assignment) == !areArbitrary)
        }
    }

    @Test("a cosine is that of the activations as they are: of columns of zeros 0, of constant ones as their signs are")
    func constantColumns() throws {
        func columns(_ means: [Double], _ variances: [Double]) -> UncentredColumns {
            UncentredColumns(ColumnMoments(tokens: 8, mean: means, variance: variances, skewness: [], kurtosis: [], positiveShare: []))
        }
        let (rows, others) = (columns([0, 2.5, -3], [0, 0, 0]), columns([4, 3], [0, 16]))
        var cosines = [Double](repeating: .nan, count: 6)
        rows.writeCosines(with: others, correlations: [Double](repeating: 0, count: 6), into: &cosines)
        let expected = [0, 0, 1, 0.6, -1, -0.6]
        for (cosine, expected) in zip(cosines, expected) { #expect(abs(cosine - expected) < 1e-15) }
    }

    @Test("a layer in another order is the same by every measure of what is centred, a turned one by all but those of matched neurons")
    func planted() throws {
        let fixture = try SimilarityFixture()
        func compared(with other: String) throws -> LayerSimilarity {
            try LayerComparison(measures: Self.everything).similarity(
                of: fixture.geometry("x"), and: fixture.geometry(other), correlations: fixture.correlations("x", other).values)
        }
        for figure in try compared(with: "permuted").figures.prefix(7) {
            #expect(try abs(#require(figure.value) - 1) < 1e-9, "\(figure.name)")
        }
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
        let both = try uncentred(fixture, ["x", "y"])
        let all = try LayerComparison(measures: Self.everything).similarity(of: x, and: y, correlations: correlations, uncentred: both)
        var together = LayerSimilarity()
        for measure in SimilarityMeasure.allCases {
            let one = try LayerComparison(measures: [measure]).similarity(of: x, and: y, correlations: correlations, uncentred: both)
            #expect(one.figures.filter { $0.value != nil }.count == [.regression: 2, .cosine: 5][measure] ?? 1, "\(measure)")
            together = together.completed(by: one)
        }
        #expect(together == all && all.figures.allSatisfy { $0.value != nil })
        #expect(all.withoutMatches.figures.filter { $0.value == nil }.count == 7)
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
