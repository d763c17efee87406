import Kernels
import Statistics
import Testing

@testable import Analysis

/// The analysis against numpy, which computes everything from the activations of each set of replicates anew.
@Suite("universality against numpy")
struct UniversalityReferenceTests {
    private let fixture: UniversalityFixture
    private let result: UniversalityResult

    init() throws {
        fixture = try UniversalityFixture()
        result = try UniversalityAnalysis(
            statistics: fixture.statistics(pairing: .all), configuration: fixture.configuration(allPairs: true)
        ).run(team: ThreadTeam(count: 2), memory: 1 << 30)
    }

    @Test("normal deviates and rotations are those of the documented algorithm")
    func rotations() throws {
        let deviates = Scratch<Double>(9, repeating: 0)
        NormalDeviates(seed: 5, model: "b", layer: 1, draw: 2).fill(UnsafeMutableBufferPointer(start: deviates.pointer, count: 9), row: 3)
        #expect(try fixture.distance(deviates.array, "deviates") < 1e-8)
        for kind in RotationKind.allCases {
            let matrix = Scratch<Float>(17 * 17, repeating: 0)
            try Rotation.write(kind, size: 17, deviates: NormalDeviates(seed: 5, model: "c", layer: 2, draw: 1), into: matrix.pointer)
            #expect(try fixture.distance(matrix.array, "rotation_\(kind.rawValue)") < 1e-6)
        }
        // More reflections than one panel takes.
        let wide = Scratch<Float>(150 * 150, repeating: 0)
        try Rotation.write(.orthogonal, size: 150, deviates: NormalDeviates(seed: 5, model: "wide", layer: 0, draw: 0), into: wide.pointer)
        let sampled = stride(from: 0, to: 150, by: 29).flatMap { row in
            stride(from: 0, to: 150, by: 7).map { wide.pointer[row * 150 + $0] }
        }
        #expect(try fixture.distance(sampled, "rotation_orthogonal_large") < 2e-6)
    }

    @Test("best and worst partners, histograms and moments of every pair in both directions are numpy's")
    func pairSummaries() throws {
        #expect(result.pairs.map(\.name) == ["a-b", "a-c", "b-c"])
        for pair in result.pairs {
            for (direction, id) in [(pair.forward, pair.earlier.id), (pair.backward, pair.later.id)] {
                let prefix = "\(pair.name).\(id)_"
                let partners = direction.partners
                #expect(try partners.highest.partners.map(Double.init) == fixture.expected(prefix + "max_tail_corr_ix"), "\(prefix)")
                #expect(try partners.lowest.partners.map(Double.init) == fixture.expected(prefix + "min_tail_corr_ix"), "\(prefix)")
                #expect(try fixture.distance(partners.highest.values, prefix + "max_tail_corr") < 1e-6)
                #expect(try fixture.distance(partners.lowest.values, prefix + "min_tail_corr") < 1e-6)
                #expect(try partners.histogram.map(Double.init) == fixture.expected(prefix + "bin_counts"), "\(prefix)")
                #expect(try fixture.distance(direction.mean, prefix + "corr_mean") < 1e-6)
                #expect(try fixture.distance(direction.variance, prefix + "corr_var") < 1e-6)
                #expect(try fixture.distance(direction.skewness, prefix + "corr_skew") < 1e-5)
                #expect(try fixture.distance(direction.kurtosis, prefix + "corr_kurt") < 1e-4)
                #expect(try fixture.distance(direction.sameIndex, prefix + "diag_corr") < 1e-6, "\(prefix)")
                #expect(try fixture.distance(direction.nextIndex, prefix + "obo_corr") < 1e-6, "\(prefix)")
            }
        }
    }

    @Test("baselines of both kinds and excess are numpy's, from rotated activations")
    func baselines() throws {
        #expect(result.baselines.map(\.kind) == [.gaussian, .orthogonal])
        for baseline in result.baselines {
            let kind = baseline.kind.rawValue
            for (m, id) in ["b", "c"].enumerated() {
                #expect(try fixture.distance(baseline.models[m], "\(id).baseline_\(kind)") < 5e-6)
                #expect(try fixture.distance(baseline.deviations[m], "\(id).baseline_\(kind)_sd") < 5e-6)
            }
            #expect(try fixture.distance(baseline.excess, "\(kind).excess") < 5e-6)
            #expect(try fixture.distance([Double(baseline.universal.count)], "\(kind).count") == 0)
        }
        #expect(try fixture.distance(result.mean, "mean_corr") < 1e-6)
    }

    @Test("standard errors are those of the weighted jackknife with everything chosen again, plus the spread over draws")
    func standardErrors() throws {
        for baseline in result.baselines {
            let kind = baseline.kind.rawValue
            #expect(try fixture.distance(baseline.excessStandardError ?? [], "\(kind).excess_se") < 2e-5)
            #expect(try fixture.distance([baseline.universal.countStandardError ?? .nan], "\(kind).count_se") < 1e-6)
            #expect(try fixture.distance([baseline.meanExcess.value], "\(kind).average_excess") < 1e-6)
            #expect(try fixture.distance([baseline.meanExcess.standardError ?? .nan], "\(kind).average_excess_se") < 1e-6)
            #expect(baseline.universal.degreesOfFreedom == 3)
        }
        #expect(try fixture.distance(result.meanStandardError ?? [], "mean_corr_se") < 2e-5)
        #expect(try fixture.distance([result.meanCorrelation.value], "mean_corr_average") < 1e-6)
        #expect(try fixture.distance([result.meanCorrelation.standardError ?? .nan], "mean_corr_average_se") < 1e-6)
        for match in result.matches {
            #expect(try fixture.distance(match.bestStandardError ?? [], "\(match.model.id).best_se") < 2e-5)
        }
    }

    @Test("cross-fitted correlations are chosen on one half and read on the other, both ways")
    func crossfit() throws {
        for match in result.matches {
            #expect(try fixture.distance(match.crossfit ?? [], "\(match.model.id).crossfit") < 5e-6)
        }
    }

    @Test("the convergence curve counts universal neurons over beginnings of the replicates")
    func convergence() throws {
        let points = result.convergence.points
        #expect(points.map(\.replicates) == [1, 2, 4])
        #expect(points.map(\.tokens) == [120, 190, 440])
        #expect(try fixture.distance(points.map { Double($0.universal.count) }, "prefix_counts") == 0)
        #expect(points[0].universal.standardError == nil)
        #expect(try fixture.distance(points.dropFirst().map { $0.universal.countStandardError ?? .nan }, "prefix_count_se") < 1e-6)
    }

    @Test("the matrix of layers counts where best partners lie")
    func layerMatches() throws {
        for matches in result.layerMatches {
            #expect(try fixture.distance(matches.counts.flatMap { $0.map(Double.init) }, "\(matches.model ?? "").layers") == 0)
        }
    }

    @Test("the matrix of universal neurons has each of them once for each other model, and no more than that of all neurons")
    func layerMatchesOfUniversal() {
        let (all, universal) = (result.layerMatchesTotal.counts, result.layerMatchesOfUniversal.counts)
        #expect(universal.joined().reduce(0, +) == result.universal.count * result.matches.count && result.universal.count > 0)
        #expect(universal.map(\.count) == all.map(\.count))
        #expect(zip(universal.joined(), all.joined()).allSatisfy { $0 <= $1 })
        // What was planted: 1.9 in b's layer 1, and in c's layer 2.
        #expect(universal[1][1] > 0 && universal[1][2] > 0)
    }

    @Test("planted partners are found, and neurons without variance are listed")
    func planted() {
        let planted = 24 + 9
        #expect(result.matches[0].partner[planted] == 24 + 5)
        #expect(result.matches[1].partner[planted] == 40)
        #expect(result.matches[1].best[planted] > 0.999999)
        #expect(result.zeroVariance == ["a": [3], "b": [30], "c": []])
        #expect(result.matches.allSatisfy { $0.best[3] == 0 && $0.partner[3] == 0 })
    }
}
