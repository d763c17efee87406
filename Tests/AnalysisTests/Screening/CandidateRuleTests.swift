import Testing

@testable import Analysis

@Suite("The choice of candidates")
struct CandidateRuleTests {
    @Test(
        "the normal quantile is that of tables", arguments: [(0.5, 0.0), (0.9, 1.2816), (0.975, 1.96), (0.999, 3.0902), (0.999999, 4.7534)])
    func quantile(probability: Double, expected: Double) {
        #expect(abs(FisherTransform.normalQuantile(probability) - expected) < 5e-4)
    }

    @Test("Fisher's z is the inverse hyperbolic tangent, odd, and finite at the ends")
    func fisher() {
        #expect(FisherTransform.z(0) == 0)
        #expect(abs(FisherTransform.z(0.5) - 0.5493061443340549) < 1e-14)
        #expect(abs(FisherTransform.z(-0.5) + 0.5493061443340549) < 1e-14)
        #expect(FisherTransform.z(1).isFinite && FisherTransform.z(1) > 7)
    }

    @Test("partners are kept as long as their upper bound reaches the best one's lower bound")
    func bound() {
        let rule = CandidateRule(confidence: 0.999)
        // Near 0 z is the correlation. 2 · 3.09 · 0.001 = 0.00618 below the best one is the end.
        let tail: [Float] = [0.1] + (1...200).map { 0.1 - Float($0) * 0.0005 }
        #expect(rule.count(of: tail[...], spread: 0.001) == 13)
        // Twice the spread reaches twice as far.
        #expect(rule.count(of: tail[...], spread: 0.002) == 25)
    }

    @Test("never fewer than the least, more than the most, or more than there are; a number that is asked for is that number")
    func limits() {
        let rule = CandidateRule(confidence: 0.999)
        let alone: [Float] = [0.9] + Array(repeating: 0.1, count: 300)
        #expect(rule.count(of: alone[...], spread: 0.002) == CandidateRule.least)
        #expect(rule.count(of: alone[..<3], spread: 0.002) == 3)
        let equal = [Float](repeating: 0.2, count: 300)
        #expect(rule.count(of: equal[...], spread: 0.002) == CandidateRule.most)
        #expect(CandidateRule(count: 5, confidence: 0.999).count(of: equal[...], spread: 0.002) == 5)
        #expect(CandidateRule(count: 5, confidence: 0.999).count(of: alone[...], spread: 0.002) == 5)
        #expect(CandidateRule(count: 500, confidence: 0.999).count(of: equal[...], spread: 0.002) == 300)
    }
}
