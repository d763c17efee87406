import Testing

@testable import Analysis

@Suite("the comparison of two tables of neurons")
struct TableComparisonTests {
    private func isClose(_ value: Double?, _ expected: Double) -> Bool {
        value.map { abs($0 - expected) <= 1e-12 * max(1, abs(expected)) } ?? false
    }

    @Test("ranks share ties, and both correlations are scipy's")
    func ranks() throws {
        let expected = try ComparisonFixture.load().ranks
        #expect(RankCorrelation.ranks(expected.values) == expected.ranks)
        #expect(isClose(RankCorrelation.spearman(expected.values, expected.others), expected.spearman))
        #expect(isClose(RankCorrelation.pearson(expected.values, expected.others), expected.pearson))
        #expect(RankCorrelation.pearson([1, 1, 1], [1, 2, 3]) == nil && RankCorrelation.spearman([4], [5]) == nil)
        #expect(RankCorrelation.spearman([1, 2, 3], [7, 8, 80]) == 1 && RankCorrelation.spearman([1, 2, 3], [3, 2, 1]) == -1)
    }

    @Test("columns agree as numpy says, with empty cells left out")
    func columns() throws {
        let fixture = try ComparisonFixture.load()
        let (first, second) = fixture.tables
        let found = TableComparison(first, second, tolerance: fixture.tolerance, top: 3)
        #expect(found.neurons == 24 && found.columns.map(\.column) == fixture.columns.map(\.column))
        for (column, expected) in zip(found.columns, fixture.columns) {
            #expect(column.neurons == expected.neurons && column.withinTolerance == expected.withinTolerance)
            #expect(column.largestAt == fixture.places[expected.largestAt])
            let figures = [
                (column.meanDifference, expected.meanDifference), (column.rootMeanSquare, expected.rootMeanSquare),
                (column.largest, expected.largest), (column.tolerance, expected.tolerance),
            ]
            for (value, expected) in figures { #expect(isClose(value, expected), "\(column.column): \(value), not \(expected)") }
            #expect(isClose(column.pearson, expected.pearson) && isClose(column.spearman, expected.spearman))
        }
    }

    @Test("the Jaccard index has the error that all outcomes near the threshold give it")
    func overlap() throws {
        let fixture = try ComparisonFixture.load()
        let (first, second) = fixture.tables
        for (table, expected) in zip([first, second], fixture.probabilities) {
            for (probability, expected) in zip(table.probabilities(), expected) { #expect(abs(probability - expected) < 1e-12) }
        }
        let found = TableComparison(first, second, tolerance: 0.001, top: 0, total: 24).universal
        #expect([found.first, found.second, found.both, found.either] == fixture.universal)
        #expect(isClose(found.jaccard, Double(fixture.universal[2]) / Double(fixture.universal[3])))
        #expect(isClose(found.bothByChance, Double(fixture.universal[0] * fixture.universal[1]) / 24))
        let error = try #require(found.jaccardStandardError)
        #expect(abs(error - fixture.jaccardStandardError) < 1e-10)
        #expect(abs(error - fixture.jaccardDeviation) < 0.01 * error)
    }

    /// A table of neurons of layer 0 with these excess correlations by number.
    private func table(_ excess: [Int: Double], errors: Double? = nil, column: String = "excess_corr") -> ComparedTable {
        let neurons = excess.keys.sorted()
        return ComparedTable(
            neurons: neurons.map { NeuronPlace(layer: 0, neuron: $0) }, numbers: [(column, neurons.compactMap { excess[$0] })],
            isUniversal: neurons.map { (excess[$0] ?? 0) > 0.5 }, threshold: 0.5, excessErrors: errors.map { e in neurons.map { _ in e } },
            degreesOfFreedom: errors == nil ? nil : 3)
    }

    @Test("a neuron that one table does not have is not universal there, and counts in the index")
    func partial() {
        let found = TableComparison(table([0: 0.9, 1: 0.8, 2: 0.1, 3: 0.2]), table([1: 0.7, 9: 0.6]), tolerance: 0.001, top: 9)
        #expect(found.neurons == 1 && found.columns.map(\.neurons) == [1])
        #expect([found.universal.first, found.universal.second, found.universal.both, found.universal.either] == [2, 2, 1, 3])
        #expect(found.universal.jaccardStandardError == nil && found.universal.bothByChance == nil)
    }

    @Test("an error in one table alone is enough for the index to have one, and certain neurons add nothing")
    func oneSided() throws {
        let exact = table([0: 0.9, 1: 0.51, 2: 0.1])
        let uncertain = table([0: 0.9, 1: 0.51, 2: 0.1], errors: 0.02)
        let found = TableComparison(uncertain, exact, tolerance: 0.001, top: 0).universal
        // Neuron 1 is universal with probability p: J is (1 + p) / 2 of two, its deviation √(p (1 − p)) / 2; the others are all but certain.
        let p = StudentT(degreesOfFreedom: 3).cumulative(0.5)
        #expect(try abs(#require(found.jaccardStandardError) - (p * (1 - p)).squareRoot() / 2) < 0.01)
        // Of the same statistics chance moves both alike.
        let same = TableComparison(uncertain, uncertain, tolerance: 0.001, top: 0, isOfSameTokens: true).universal
        #expect(same.jaccard == 1 && same.jaccardStandardError == nil)
        #expect(TableComparison(exact, exact, tolerance: 0, top: 0).universal.jaccardStandardError == nil)
        // One replicate has no errors: what is not known is not taken for certain.
        var single = exact
        single.excessErrors = [.nan, .nan, .nan]
        #expect(TableComparison(uncertain, single, tolerance: 0.001, top: 0).universal.jaccardStandardError == nil)
    }

    @Test("neurons are ordered by how much they differ, ties by layer and number, equal ones left out")
    func differing() {
        let found = TableComparison(
            table([0: 0.9, 1: 0.25, 2: 0.5, 3: 0.75, 4: 0.1], errors: 0.03),
            table([0: 0.65, 1: 0.5, 2: 0.5, 3: 0.25, 4: 0.2], errors: 0.04),
            tolerance: 0.001, top: 3)
        #expect(found.differingColumn == "excess_corr" && found.differing.map(\.neuron.neuron) == [3, 0, 1])
        #expect(isClose(found.differing[0].errors, 0.5 / 0.05))
        #expect(found.differing.map(\.isUniversalInFirst) == [true, true, false])
        #expect(found.differing.map(\.isUniversalInSecond) == [false, true, false])
    }

    @Test("tables without a common column are compared as sets alone")
    func noColumn() {
        let found = TableComparison(table([0: 0.9], column: "here"), table([0: 0.9], column: "there"), tolerance: 0.001, top: 3)
        #expect(found.columns.isEmpty && found.differingColumn == nil && found.differing.isEmpty && found.universal.jaccard == 1)
    }

    @Test("words are compared where both say something, and so are best partners")
    func texts() {
        let neurons = (0..<4).map { NeuronPlace(layer: 0, neuron: $0) }
        func table(_ families: [String], _ layers: [Double], _ numbers: [Double]) -> ComparedTable {
            ComparedTable(
                neurons: neurons, numbers: [("b_layer", layers), ("b_neuron", numbers)], texts: [("family", families)],
                isUniversal: [false, false, false, false], threshold: 0.5)
        }
        let found = TableComparison(
            table(["syntax", "", "unigram", "syntax"], [0, 1, 1, .nan], [5, 5, 5, 5]),
            table(["syntax", "syntax", "alphabet", ""], [0, 1, 0, 1], [5, 6, 5, 5]), tolerance: 0.001, top: 3)
        #expect(found.texts.map(\.column) == ["family", "best partner in b"])
        #expect(found.texts.map(\.neurons) == [2, 3] && found.texts.map(\.same) == [1, 1])
        #expect(found.columns.isEmpty && found.universal.jaccard == nil)
    }
}
