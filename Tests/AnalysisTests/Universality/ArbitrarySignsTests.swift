import Foundation
import Kernels
import Statistics
import Testing

@testable import Analysis

/// Columns that are directions, whose signs are arbitrary: against numpy, and against the same columns turned round.
@Suite("universality of columns whose signs are arbitrary")
struct ArbitrarySignsTests {
    private let fixture: UniversalityFixture

    init() throws { fixture = try UniversalityFixture() }

    private func configuration() -> UniversalityConfiguration {
        var configuration = fixture.configuration(allPairs: true)
        configuration.areSignsArbitrary = true
        return configuration
    }

    private func result(
        _ change: (_ id: String, _ layer: Int, [[Double]]) -> [[Double]] = { $2 }
    ) throws -> UniversalityResult {
        try UniversalityAnalysis(statistics: fixture.statistics(pairing: .all, change: change), configuration: configuration())
            .run(team: ThreadTeam(count: 2), memory: 1 << 30)
    }

    /// Some columns turned round: others in each layer.
    private static func turned(_ layer: Int, _ columns: [[Double]]) -> [[Double]] {
        columns.enumerated().map { ($0.offset + layer) % 3 == 0 ? $0.element.map { -$0 } : $0.element }
    }

    @Test("has the partners of largest |ρ| that numpy finds, each with the sign of its correlation")
    func partners() throws {
        let result = try result()
        for pair in result.pairs {
            for (direction, id) in [(pair.forward, pair.earlier.id), (pair.backward, pair.later.id)] {
                let (highest, prefix) = (direction.partners.highest, "directions.\(pair.name).\(id)_")
                #expect(try highest.partners.map(Double.init) == fixture.expected(prefix + "max_tail_corr_ix"), "\(prefix)")
                #expect(try fixture.distance(highest.values, prefix + "max_tail_corr") < 1e-6)
                // What is said of the correlations themselves has their signs.
                #expect(try fixture.distance(direction.partners.lowest.values, "\(pair.name).\(id)_min_tail_corr") < 1e-6)
                #expect(try fixture.distance(direction.mean, "\(pair.name).\(id)_corr_mean") < 1e-6)
            }
        }
        for match in result.matches {
            let pair = try #require(result.pairs.first { $0.name == "a-\(match.model.id)" })
            #expect(match.best == pair.forward.partners.highest.firstValues && match.best.contains { $0 < 0 })
        }
    }

    @Test("has numpy's baselines, excess, errors and cross-fitted correlations of |ρ|")
    func excess() throws {
        let result = try result()
        #expect(try fixture.distance(result.mean, "directions.mean_corr") < 1e-6)
        #expect(try fixture.distance(result.meanStandardError ?? [], "directions.mean_corr_se") < 2e-5)
        for baseline in result.baselines {
            let kind = baseline.kind.rawValue
            for (m, id) in ["b", "c"].enumerated() {
                #expect(try fixture.distance(baseline.models[m], "directions.\(id).baseline_\(kind)") < 5e-6)
            }
            #expect(try fixture.distance(baseline.excess, "directions.\(kind).excess") < 5e-6)
            #expect(try fixture.distance(baseline.excessStandardError ?? [], "directions.\(kind).excess_se") < 2e-5)
            #expect(try fixture.distance([Double(baseline.universal.count)], "directions.\(kind).count") == 0)
        }
        for match in result.matches {
            #expect(try fixture.distance(match.crossfit ?? [], "directions.\(match.model.id).crossfit") < 5e-6)
            #expect(try fixture.distance(match.bestStandardError ?? [], "directions.\(match.model.id).best_se") < 2e-5)
        }
    }

    @Test("columns that are turned round have the same partners, cross-fitted correlations and cliques, to the bit")
    func turned() throws {
        let (result, turned) = (try result(), try result { Self.turned($1, $2) })
        for (match, other) in zip(result.matches, turned.matches) {
            #expect(match.partner == other.partner && match.best.map(abs) == other.best.map(abs) && match.best != other.best)
            #expect(match.crossfit == other.crossfit && match.bestStandardError == other.bestStandardError)
        }
        #expect(result.mean == turned.mean && result.maximum == turned.maximum && result.minimum == turned.minimum)
        let cliques = try #require(PartnerGraph(result)).cliques()
        let others = try #require(PartnerGraph(turned)).cliques()
        #expect(cliques.map(\.members) == others.map(\.members) && cliques.map(\.strength) == others.map(\.strength))
        #expect(!cliques.isEmpty && cliques.allSatisfy { $0.strength > 0 })
        // A rotation of other columns is another rotation: those of the reference alone leave its baselines as they are.
        let reference = try self.result { id, layer, columns in id == "a" ? Self.turned(layer, columns) : columns }
        #expect(reference.excess == result.excess && reference.universal.count == result.universal.count)
    }

    @Test("is asked for by a key that a configuration of neurons does not have")
    func coding() throws {
        func text(_ configuration: UniversalityConfiguration) throws -> String {
            String(decoding: try JSONEncoder().encode(configuration), as: UTF8.self)
        }
        #expect(try !text(fixture.configuration()).contains("Signs") && text(configuration()).contains("Signs"))
        #expect(!fixture.configuration().areSignsArbitrary && configuration().ofDomain.areSignsArbitrary)
        let read = try JSONDecoder().decode(UniversalityConfiguration.self, from: Data(text(configuration()).utf8))
        #expect(read == configuration())
    }
}
