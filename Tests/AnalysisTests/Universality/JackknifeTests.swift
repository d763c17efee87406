import Foundation
import Testing

@testable import Analysis

@Suite("jackknife and convergence")
struct JackknifeTests {
    @Test("for groups of one size the weighted jackknife is the usual one")
    func equalSizes() throws {
        let jackknife = try #require(Jackknife(sizes: [10, 10, 10, 10]))
        let parts = [0.3, 0.5, 0.1, 0.7]
        let mean = 0.4
        let usual = 3.0 / 4 * parts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        #expect(abs(jackknife.variance(of: 0.9) { parts[$0] } - usual) < 1e-12)
        #expect(jackknife.degreesOfFreedom == 3)
    }

    @Test("for a mean it is the weighted spread of the groups' means")
    func mean() throws {
        let sizes = [5, 20, 40]
        let means = [1.0, 2.0, 4.0]
        let n = Double(sizes.reduce(0, +))
        let whole = zip(sizes, means).reduce(0) { $0 + Double($1.0) * $1.1 } / n
        let jackknife = try #require(Jackknife(sizes: sizes))
        let variance = jackknife.variance(of: whole) { j in (whole * n - Double(sizes[j]) * means[j]) / (n - Double(sizes[j])) }
        // Pseudo-values of a mean are the groups' means: Σ (mean_j − mean)² / (h_j − 1) / g.
        let expected = zip(sizes, means).reduce(0) { $0 + ($1.1 - whole) * ($1.1 - whole) / (n / Double($1.0) - 1) } / 3
        #expect(abs(variance - expected) < 1e-12)
    }

    @Test(
        "the bias that falls with the number of observations is found whole, for groups of one size and of others",
        arguments: [[10, 10, 10, 10], [5, 20, 40]])
    func bias(sizes: [Int]) throws {
        let jackknife = try #require(Jackknife(sizes: sizes))
        let n = Double(sizes.reduce(0, +))
        // θ = 1 + 3 / n.
        let bias = jackknife.bias(of: 1 + 3 / n) { 1 + 3 / (n - Double(sizes[$0])) }
        #expect(abs(bias - 3 / n) < 1e-12)
    }

    @Test("there is no error bar with one group or an empty one", arguments: [[], [100], [100, 0, 50]])
    func absent(sizes: [Int]) { #expect(Jackknife(sizes: sizes) == nil) }

    @Test(
        "the smallest error of a count is that of one neuron in one replicate",
        arguments: [[10, 10, 10, 10], [30, 40], [7, 9, 10, 10, 3]])
    func resolution(sizes: [Int]) throws {
        let jackknife = try #require(Jackknife(sizes: sizes))
        let errors = sizes.indices.map { changed in jackknife.variance(of: 5) { $0 == changed ? 4 : 5 }.squareRoot() }
        #expect(try abs(jackknife.resolutionOfCount - #require(errors.min())) < 1e-12)
        // For groups of one size (g − 1)/g.
        if Set(sizes).count == 1 { #expect(abs(jackknife.resolutionOfCount - 0.75) < 1e-12) }
    }

    @Test("an error of 0 is below what can be shown, one neuron in one replicate is not")
    func belowResolution() throws {
        let jackknife = try #require(Jackknife(sizes: [10, 11, 12, 13]))
        func count(_ parts: [Double], of whole: Double = 7) -> UniversalCount {
            let error = jackknife.variance(of: whole) { parts[$0] }.squareRoot()
            return UniversalCount(
                count: Int(whole), fraction: whole / 100, threshold: 0.5, standardError: error / 100, countStandardError: error,
                countErrorResolution: jackknife.resolutionOfCount, degreesOfFreedom: 3)
        }
        #expect(count([7, 7, 7, 7]).isErrorBelowResolution && count([0, 0, 0, 0], of: 0).isErrorBelowResolution)
        for changed in 0..<4 { #expect(!count((0..<4).map { $0 == changed ? 8 : 7 }).isErrorBelowResolution) }
        var unknown = count([7, 7, 7, 7])
        unknown.countStandardError = nil
        #expect(!unknown.isErrorBelowResolution)
    }

    @Test("written, an error below what can be shown is null, not 0, and the resolution is beside it")
    func encoded() throws {
        var count = UniversalCount(
            count: 7, fraction: 0.07, threshold: 0.5, standardError: 0, countStandardError: 0, countErrorResolution: 0.75,
            degreesOfFreedom: 3)
        func written() throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: JSONEncoder().encode(count)) as? [String: Any])
        }
        let below = try written()
        #expect(below["standard_error"] is NSNull && below["count_standard_error"] is NSNull)
        #expect(below["count_error_resolution"] as? Double == 0.75)
        (count.standardError, count.countStandardError) = (0.0075, 0.75)
        let known = try written()
        #expect(known["standard_error"] as? Double == 0.0075 && known["count_standard_error"] as? Double == 0.75)
    }

    @Test("what is said of an error is that it is one, that it is below what can be shown, or that there is none")
    func finding() {
        #expect(StandardErrorFinding(0.02, resolution: 0.01) == .error(0.02))
        #expect(StandardErrorFinding(0.02, resolution: nil).reliable == 0.02)
        // What rounding leaves of the resolution itself.
        #expect(StandardErrorFinding(0.00999999, resolution: 0.01) == .error(0.00999999))
        let below = StandardErrorFinding(1e-17, resolution: 0.01)
        #expect(below.isBelowResolution && below.reliable == 0.01 && "\(below)".contains("below 0.01,"))
        #expect(StandardErrorFinding(nil, resolution: 0.01) == .unknown && StandardErrorFinding(nil, resolution: nil).reliable == nil)
    }

    @Test("sets of replicates are distinct and complete")
    func design() {
        let design = ReplicateDesign(replicates: 4)
        #expect(design.sets.map(\.bits) == [0b1111, 0b0001, 0b0011, 0b0010, 0b1110, 0b1101, 0b1011, 0b0111])
        #expect(design.leaveOneOut.map { design.sets[$0].bits } == [0b1110, 0b1101, 0b1011, 0b0111])
        #expect(design.prefixes.map(\.replicates) == [1, 2, 4])
        #expect(design.halves?.even.bits == 0b0101 && design.halves?.odd.bits == 0b1010)
        let without = ReplicateDesign(replicates: 4, showsConvergence: false)
        #expect(without.sets.map(\.bits) == [0b1111, 0b1110, 0b1101, 0b1011, 0b0111] && without.prefixes.map(\.replicates) == [4])
        #expect(without.leaveOneOut == [1, 2, 3, 4] && ReplicateDesign(replicates: 1, showsConvergence: false).sets.count == 1)
        #expect(ReplicateDesign(replicates: 1).sets.count == 1 && ReplicateDesign(replicates: 64).prefixes.count == 7)
    }

    @Test("the budget for a wanted error follows the inverse square root of the tokens")
    func budget() throws {
        func point(_ tokens: Int, _ error: Double?, _ freedom: Int?) -> ConvergencePoint {
            ConvergencePoint(
                replicates: 1, tokens: tokens,
                universal: UniversalCount(
                    count: 3, fraction: 0.1, threshold: 0.5, standardError: error, countStandardError: nil, degreesOfFreedom: freedom))
        }
        let convergence = Convergence(points: [point(100, nil, nil), point(400, 0.02, 1), point(1600, 0.01, 3)])
        #expect(convergence.tokens(forStandardError: 0.001) == 160_000)
        #expect(Convergence(points: [point(100, nil, nil)]).tokens(forStandardError: 0.1) == nil)
        #expect(Convergence(points: [point(100, 0, 3)]).tokens(forStandardError: 0.1) == nil)
    }
}
