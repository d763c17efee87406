import Testing

@testable import Analysis

@Suite("Roles from moments")
struct RoleTests {
    private func moments(variance: Double = 0.001, skewness: Double, kurtosis: Double) -> CosineMoments {
        CosineMoments(mean: 0, variance: variance, skewness: skewness, kurtosis: kurtosis)
    }

    @Test("few raised tokens predict, few lowered ones suppress, two broad modes divide, and nothing else has a role")
    func classes() {
        let thresholds = RoleThresholds(width: 1_024)
        #expect(thresholds.role(of: moments(skewness: 2, kurtosis: 10.1)) == .prediction)
        #expect(thresholds.role(of: moments(skewness: -2, kurtosis: 10.1)) == .suppression)
        #expect(thresholds.role(of: moments(skewness: 2, kurtosis: 10)) == nil)
        #expect(thresholds.role(of: moments(variance: 0.0054, skewness: 0, kurtosis: 2.2)) == .partition)
        #expect(thresholds.role(of: moments(variance: 0.0048, skewness: 0, kurtosis: 2.2)) == nil)
        // Wide, with one mode.
        #expect(thresholds.role(of: moments(variance: 0.0054, skewness: 0, kurtosis: 3)) == nil)
        #expect(thresholds.role(of: CosineMoments(mean: .nan, variance: .nan, skewness: .nan, kurtosis: .nan)) == nil)
        #expect(thresholds.role(of: CosineMoments(mean: 0.1, variance: 0, skewness: .nan, kurtosis: .nan)) == nil)
    }

    @Test("the literal thresholds are the paper's, and the usual ones near them for its model")
    func paper() {
        #expect(RoleThresholds.paper.role(of: moments(variance: 0.0051, skewness: 0, kurtosis: 3)) == .partition)
        #expect(RoleThresholds.paper.role(of: moments(variance: 0.0049, skewness: 0, kurtosis: 2)) == nil)
        #expect(abs(RoleThresholds(width: 1_024).variance - RoleThresholds.paper.variance) < 0.0002)
        // GPT-2 small a, neurons 9.598, 10.440 and 11.1377 of the authors' table: the last one has one mode.
        let small = RoleThresholds(width: 768)
        #expect(small.role(of: moments(variance: 0.009389257, skewness: 0.11403512, kurtosis: 2.1436043)) == .partition)
        #expect(small.role(of: moments(variance: 0.0076903556, skewness: -0.18854995, kurtosis: 1.5631493)) == .partition)
        #expect(small.role(of: moments(variance: 0.0075723293, skewness: 0.055128247, kurtosis: 2.7468114)) == nil)
    }

    @Test("are counted by layer, the universal ones apart")
    func summary() throws {
        let roles: [NeuronRole?] = [nil, .prediction, .prediction, .suppression, nil, .partition]
        let summary = try RoleSummary(roles, isUniversal: [true, true, false, true, false, false], layers: [2, 3, 1])
        #expect(summary.count(of: .prediction)?.neurons == [1, 1, 0] && summary.count(of: .prediction)?.universal == [1, 0, 0])
        #expect(summary.count(of: .suppression)?.neurons == [0, 1, 0] && summary.count(of: .suppression)?.universal == [0, 1, 0])
        #expect(summary.count(of: .partition)?.neurons == [0, 0, 1] && summary.count(of: .partition)?.universal == [0, 0, 0])
        #expect(throws: AnalysisError.self) { _ = try RoleSummary(roles, isUniversal: [true], layers: [2, 3, 1]) }
    }

    @Test("features are ranked by what they explain, equal ones in their order")
    func ranking() {
        func contrast(_ tokens: Int, _ sum: Double) -> TokenContrast? {
            TokenContrast(tokens: tokens, sum: sum, squares: 1, all: (10, 0, 4))
        }
        let contrasts = [contrast(5, 0.5), nil, contrast(5, -2), contrast(5, 0.5), contrast(5, 1)]
        let finding = RoleFinding(
            layer: 0, neuron: 0, role: .prediction, moments: moments(skewness: 1, kurtosis: 11), promoted: [], suppressed: [],
            contrasts: contrasts)
        #expect(finding.ranking == [2, 4, 0, 3])
    }
}
