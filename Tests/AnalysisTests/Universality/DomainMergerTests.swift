import Kernels
import Statistics
import Testing

@testable import Analysis

@Suite("What column groups say about one domain")
struct DomainMergerTests {
    private let fixture: UniversalityFixture
    private let team = ThreadTeam(count: 1)

    init() throws { fixture = try UniversalityFixture() }

    /// The analysis of a domain that has all of the fixture's tokens.
    private func analysis(places: [Int] = [0, 1, 2, 3], replicates: Int = 4) throws -> UniversalityAnalysis {
        try UniversalityAnalysis(
            statistics: fixture.statistics(places: places, replicates: replicates), configuration: fixture.configuration().ofDomain)
    }

    private func merger(replicates: Int = 4) throws -> DomainMerger {
        try DomainMerger(
            name: "d", layout: fixture.statistics().layout, replicates: replicates, configuration: fixture.configuration())
    }

    private func bits(_ domain: DomainUniversality) -> [String] {
        [
            domain.name, "\(domain.tokens)", "\(domain.excess)", "\(domain.standardError ?? [])", "\(domain.isUniversal)",
            "\(domain.universal)",
        ]
    }

    @Test("merges from bytes in any order to the bits of an analysis in one place, and to those of the whole over the same tokens")
    func order() throws {
        let analysis = try analysis()
        let expected = bits(DomainUniversality(name: "d", try analysis.run(team: team, memory: 1 << 30)))
        let whole = try UniversalityAnalysis(statistics: fixture.statistics(), configuration: fixture.configuration())
            .run(team: team, memory: 1 << 30)
        #expect(bits(DomainUniversality(name: "d", whole)) == expected)
        #expect(whole.baseline.excessStandardError != nil && whole.universal.count > 0)
        let sent = try analysis.groups.map { DomainPart(try analysis.summary(ofGroup: $0, team: team)).encoded() }
        for order in [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [2, 0, 4, 1, 3]] {
            var merger = try merger()
            for place in order { try merger.add(DomainPart(decoding: sent[place])) }
            #expect(try bits(merger.finish()) == expected)
        }
    }

    @Test("of a domain with an empty replicate has figures without error bars, and of one without parts none")
    func few() throws {
        let analysis = try analysis(places: [0, 1, 3, 4], replicates: 5)
        var merger = try merger(replicates: 5)
        for group in analysis.groups { try merger.add(DomainPart(analysis.summary(ofGroup: group, team: team))) }
        let found = try merger.finish()
        #expect(found.tokens == fixture.tokens.reduce(0, +) && found.standardError == nil && found.universal.standardError == nil)
        #expect(found.excess.allSatisfy { $0.isFinite })
        let none = try self.merger().finish()
        #expect(none.tokens == 0 && none.excess.allSatisfy { $0.isNaN } && none.excess.count == 48 && none.universal.count == 0)
        #expect(none.universal.threshold == fixture.configuration().threshold)
    }

    @Test("is refused by name where a part is missing, came before, or is of another analysis")
    func refusals() throws {
        let analysis = try analysis()
        let part = DomainPart(try analysis.summary(ofGroup: analysis.groups[0], team: team))
        var merger = try merger()
        try merger.add(part)
        #expect { try merger.add(part) } throws: { "\($0)".contains("b.0") && "\($0)".contains("already") }
        #expect { try merger.finish() } throws: { "\($0)".contains("b.1") && "\($0)".contains("c.2") }
        var other = try self.merger(replicates: 5)
        #expect { try other.add(part) } throws: { "\($0)".contains("domain 'd'") }
        // The whole analysis has more sets of replicates.
        let whole = try UniversalityAnalysis(statistics: fixture.statistics(), configuration: fixture.configuration())
        let summary = DomainPart(try whole.summary(ofGroup: analysis.groups[1], team: team))
        #expect(throws: AnalysisError.self) { try merger.add(summary) }
    }

    @Test("judges neurons whose baseline leaves room for an excess above the threshold, and no others")
    func judged() {
        func domain(_ baseline: [Double]) -> DomainUniversality {
            let known = Estimate(value: 0, standardError: nil)
            let columns = BaselineColumns(
                kind: .gaussian, models: [], deviations: [], maximum: baseline, mean: baseline, minimum: baseline,
                excess: baseline.map { 0.9 - $0 }, excessStandardError: nil,
                universal: UniversalCount(count: 1, fraction: 0.25, threshold: 0.5), meanBaseline: known, meanExcess: known)
            return DomainUniversality(name: "d", tokens: 9, baseline: columns, threshold: 0.5)
        }
        let found = domain([0.25, 0.45, 0.5, 0.8])
        #expect(found.isUniversal == [true, false, false, false] && found.isJudged == [true, true, false, false])
        // What is universal is judged: no correlation is above 1.
        #expect(zip(found.isUniversal, found.isJudged).allSatisfy { !$0 || $1 })
    }

    @Test("no cut and no flipped byte of a part crashes, and each cut is refused")
    func damaged() throws {
        let analysis = try analysis()
        let bytes = DomainPart(try analysis.summary(ofGroup: analysis.groups[0], team: team)).encoded()
        for length in stride(from: 0, to: bytes.count, by: 61) {
            #expect(throws: AnalysisError.self) { try DomainPart(decoding: Array(bytes[..<length])) }
        }
        #expect(throws: AnalysisError.self) { try DomainPart(decoding: bytes + [0]) }
        for place in stride(from: 0, to: bytes.count, by: 7) {
            var wrong = bytes
            wrong[place] ^= 0xFF
            if let part = try? DomainPart(decoding: wrong) {
                var merger = try merger()
                try? merger.add(part)
            }
        }
    }
}
