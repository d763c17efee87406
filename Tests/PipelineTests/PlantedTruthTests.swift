import Analysis
import Testing

@testable import Pipeline

@Suite("Planted truth")
struct PlantedTruthTests {
    /// Neurons of a with their places in b and in c.
    private let planted: [(a: (Int, Int), b: (Int, Int), c: (Int, Int), noise: Float)] = [
        ((0, 3), (0, 17), (1, 2), 0), ((0, 11), (1, 0), (0, 11), 0), ((1, 5), (1, 6), (1, 19), 0.1), ((1, 19), (0, 4), (0, 0), 0.2),
    ]

    private func analyse(_ models: [(String, PlantedModel)]) throws -> UniversalityResult { try PlantedRun(models: models).outcome.result }

    private let a = PlantedModel(seed: 1, embedding: 100)

    private func index(_ place: (Int, Int)) -> Int { a.index(place) }

    private func models() -> [(String, PlantedModel)] {
        var b = PlantedModel(seed: 2, embedding: 100)
        var c = PlantedModel(seed: 3, embedding: 100)
        for neuron in planted {
            b.plant(neuron.b.0, neuron.b.1, as: a, neuron.a.0, neuron.a.1, noise: neuron.noise)
            c.plant(neuron.c.0, neuron.c.1, as: a, neuron.a.0, neuron.a.1, noise: neuron.noise)
        }
        // In one of the other models only: not universal.
        b.plant(1, 10, as: a, 1, 8)
        return [("a", a), ("b", b), ("c", c)]
    }

    @Test("neurons that were made to correspond are found at their places, all of them and no others")
    func found() throws {
        let result = try analyse(models())
        let universal = result.isUniversal.indices.filter { result.isUniversal[$0] }
        #expect(universal == planted.map { index($0.a) }.sorted())
        for neuron in planted {
            let a = index(neuron.a)
            #expect(result.matches[0].partner[a] == Int32(index(neuron.b)))
            #expect(result.matches[1].partner[a] == Int32(index(neuron.c)))
            #expect(result.matches[0].best[a] > (neuron.noise == 0 ? 0.9999 : 0.9))
            // The choice of the partner is no luck: it holds on the other half of the tokens.
            #expect(abs((result.matches[0].crossfit?[a] ?? 0) - result.matches[0].best[a]) < 0.02)
        }
        // The one that b alone has: found there, but not universal.
        #expect(result.matches[0].partner[index((1, 8))] == Int32(index((1, 10))))
        #expect(result.matches[1].best[index((1, 8))] < 0.9)
    }

    @Test("without any corresponding neuron none is universal")
    func none() throws {
        let result = try analyse([
            ("a", a), ("b", PlantedModel(seed: 2, embedding: 100)),
            ("c", PlantedModel(seed: 3, embedding: 100)),
        ])
        #expect(!result.isUniversal.contains(true))
    }

    @Test("a model against its copy: every neuron is its own partner")
    func copies() throws {
        let result = try analyse([("a", a), ("b", a)])
        #expect(result.matches[0].partner == (0..<Int32(a.layers * a.mlp)).map { $0 })
        #expect(result.matches[0].best.allSatisfy { $0 > 0.9999 })
    }

    @Test("a neuron whose input is turned round is no partner: it is the lowest of all, not the highest")
    func turnedRound() throws {
        var (b, c) = (PlantedModel(seed: 2, embedding: 100), PlantedModel(seed: 3, embedding: 100))
        b.plant(1, 4, as: a, 0, 7, sign: -1)
        c.plant(0, 9, as: a, 0, 7, sign: -1)
        let result = try analyse([("a", a), ("b", b), ("c", c)])
        #expect(!result.isUniversal.contains(true))
        for (pair, place) in zip(result.pairs, [b.index((1, 4)), c.index((0, 9))]) {
            let lowest = pair.forward.partners.lowest
            #expect(lowest.firstPartners[index((0, 7))] == Int32(place))
            #expect(lowest.firstValues[index((0, 7))] < -0.3)
        }
    }

    @Test("duplicates: two equal partners are both found, and two equal neurons are both universal")
    func duplicates() throws {
        var (a, b, c) = (self.a, PlantedModel(seed: 2, embedding: 100), PlantedModel(seed: 3, embedding: 100))
        a.plant(1, 14, as: a, 0, 2)
        for place in [(0, 6), (1, 1)] {
            b.plant(place.0, place.1, as: a, 0, 2)
            c.plant(place.0, place.1, as: a, 0, 2)
        }
        let result = try analyse([("a", a), ("b", b), ("c", c)])
        let twins = [index((0, 2)), index((1, 14))]
        #expect(result.isUniversal.indices.filter { result.isUniversal[$0] } == twins)
        for (match, pair) in zip(result.matches, result.pairs) {
            let tail = pair.forward.partners.highest
            for neuron in twins {
                let found = Set(tail.partners[neuron * tail.length..<neuron * tail.length + 2])
                #expect(found == [Int32(b.index((0, 6))), Int32(b.index((1, 1)))])
                #expect(match.best[neuron] > 0.9999)
                #expect(tail.values[neuron * tail.length + 1] > 0.9999)
            }
        }
    }

    @Test("models of other shapes: more layers, fewer neurons in each, a wider residual stream")
    func shapes() throws {
        var b = PlantedModel(seed: 2, embedding: 100, layers: 3, mlp: 13)
        var c = PlantedModel(seed: 3, embedding: 100, layers: 1, mlp: 50, copies: 2)
        b.plant(2, 12, as: a, 0, 3)
        c.plant(0, 49, as: a, 0, 3)
        b.plant(0, 0, as: a, 1, 19, noise: 0.1)
        c.plant(0, 20, as: a, 1, 19, noise: 0.1)
        // In c only.
        c.plant(0, 7, as: a, 1, 0)
        let result = try analyse([("a", a), ("b", b), ("c", c)])
        #expect(result.isUniversal.indices.filter { result.isUniversal[$0] } == [index((0, 3)), index((1, 19))])
        #expect(result.matches.map(\.model.neurons) == [39, 50])
        #expect([index((0, 3)), index((1, 19))].map { result.matches[0].partner[$0] } == [38, 0])
        #expect([index((0, 3)), index((1, 19)), index((1, 0))].map { result.matches[1].partner[$0] } == [49, 20, 7])
        #expect(result.matches[0].model.position(of: 38) == (2, 12))
    }

    @Test("domains as strata: the tokens of each domain are counted apart, and together they give the same correlations")
    func domains() throws {
        // The finest step, so that the other cut into chunks shows as little as it can.
        let finest = try Resolution(parsing: "1/1024")
        func run(_ strata: Stratification) throws -> PlantedRun {
            try PlantedRun(models: models(), rows: 1024) {
                $0.strata = strata
                $0.resolution = finest
                $0.corpus.mask = [.id(0), .id(7)]
            }
        }
        let (whole, apart) = (try run(.none), try run(.domain))
        #expect(whole.statistics.domains == 1 && apart.statistics.domains == 3)
        #expect(Set(apart.countedTokens).count == 3, "the domains should differ in size")
        for block in apart.statistics.layout.blocks {
            #expect(apart.tokens(ofDomains: block) == apart.countedTokens)
            #expect(whole.tokens(ofDomains: block) == [apart.countedTokens.reduce(0, +)])
            let (x, y) = (try whole.correlations(block), try apart.correlations(block))
            let largest = zip(x, y).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
            // What float32 sums of other chunks may differ by: 1.1e-6 with the kernels of AVX-512.
            #expect(largest < 4e-6, "block \(block.index)")
        }
        #expect(whole.outcome.result.tokens == apart.outcome.result.tokens)
        #expect(whole.outcome.result.isUniversal == apart.outcome.result.isUniversal)
    }

    @Test("all pairs of models are compared when asked for")
    func allPairs() throws {
        let result = try PlantedRun(models: models()) { $0.pairs = .all }.outcome.result
        #expect(result.pairs.map(\.name).sorted() == ["a-b", "a-c", "b-c"])
        // What was planted from a into b and c corresponds between b and c too, in both directions.
        let pair = try #require(result.pairs.first { $0.name == "b-c" })
        for neuron in planted where neuron.noise == 0 {
            let (b, c) = (index(neuron.b), index(neuron.c))
            #expect(pair.forward.partners.highest.firstPartners[b] == Int32(c))
            #expect(pair.backward.partners.highest.firstPartners[c] == Int32(b))
            #expect(pair.forward.partners.highest.firstValues[b] > 0.9999)
        }
    }
}
