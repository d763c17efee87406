import Testing

@testable import Analysis

@Suite("How close weights come to others'")
struct AntipodeSummaryTests {
    /// Findings of five neurons of a layer, all of whose figures are these.
    private static func findings(_ values: [Float]) -> AntipodeFindings {
        let best = BestPartners(values: values, partners: values.map { $0.isNaN ? -1 : 0 })
        let neighbours = LayerNeighbours(
            highest: VectorPairing.allCases.map { _ in best }, lowest: VectorPairing.allCases.map { _ in best }, antipodes: best,
            duplicates: best)
        let scope = NeighbourScope([(0, neighbours)], neurons: values.count)
        return AntipodeFindings(layers: [values.count], inModel: scope, inLayer: scope)
    }

    @Test("a mean has the interval of Student's t, a single neuron none, and what is not known does not count")
    func means() throws {
        let mean = try #require(GroupMean([1, 2, 4, .nan]))
        #expect(mean.neurons == 3 && abs(mean.mean - 7.0 / 3) < 1e-15)
        // scipy.stats.t.interval(0.95, 2, loc=7 / 3, scale=scipy.stats.sem([1, 2, 4]))
        let interval = try #require(mean.interval)
        #expect(abs(interval[0] + 1.4612498) < 1e-6 && abs(interval[1] - 6.1279165) < 1e-6)
        #expect(GroupMean([0.5])?.interval == nil && GroupMean([.nan]) == nil && GroupMean([]) == nil)
    }

    @Test("universal neurons stand beside the others, and figures beside frequencies")
    func groups() throws {
        let findings = Self.findings([0.5, 0.25, .nan, 0.75, 0.125])
        let summary = try AntipodeSummary(
            findings, isUniversal: [true, false, true, true, false], frequencies: [0.2, 0.3, 0.9, 0.1, 0.4])
        #expect(summary.figures.count == 12)
        let figure = try #require(summary.figure(of: "layer_antipode"))
        #expect(figure.universal?.neurons == 2 && figure.universal?.mean == 0.625 && figure.others?.mean == 0.1875)
        #expect(figure.frequencyRankCorrelation == -1)
        #expect(try abs(#require(figure.frequencyCorrelation) + 0.98978) < 1e-4)
        // A neuron of which no frequency is known stands beside the others, and is left out of what goes with frequencies.
        let partial = try AntipodeSummary(
            findings, isUniversal: [true, false, true, true, false], frequencies: [.nan, 0.3, 0.9, 0.1, 0.4])
        let other = try #require(partial.figure(of: "layer_antipode"))
        #expect(other.universal?.mean == 0.625 && other.frequencyRankCorrelation == -1)
        // numpy.corrcoef([0.25, 0.75, 0.125], [0.3, 0.1, 0.4])
        #expect(try abs(#require(other.frequencyCorrelation) + 0.98974332) < 1e-6)
        let without = try AntipodeSummary(findings, isUniversal: Array(repeating: false, count: 5))
        #expect(without.figures[0].universal == nil && without.figures[0].frequencyCorrelation == nil)
        #expect(throws: AnalysisError.self) { try AntipodeSummary(findings, isUniversal: [true]) }
        #expect(throws: AnalysisError.self) {
            try AntipodeSummary(findings, isUniversal: Array(repeating: true, count: 5), frequencies: [0.1])
        }
    }
}
