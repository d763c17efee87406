import Testing

@testable import Analysis

@Suite("Counts of cliques by size, and their bootstrap over seeds")
struct CliqueCountTests {
    private func clique(_ members: [(Int, Int)]) -> Clique {
        Clique(members: members.map { CliqueMember(model: $0.0, neuron: $0.1) }, strength: 0.5)
    }

    /// All ways to draw as many of some models as there are, each with its counts.
    private func allDraws(of models: Int) -> [[Int]] {
        var draws = [[Int](repeating: 0, count: models)]
        for _ in 0..<models {
            draws = draws.flatMap { counts in
                (0..<models).map { model in
                    var more = counts
                    more[model] += 1
                    return more
                }
            }
        }
        return draws
    }

    @Test("a neuron counts with its largest clique, cliques without the reference do not, and sizes are at least")
    func counts() {
        let cliques = [
            clique([(0, 3), (1, 0), (2, 0), (3, 0)]), clique([(0, 5), (1, 1), (2, 1)]), clique([(0, 3), (1, 0), (4, 2)]),
            clique([(1, 2), (2, 2), (3, 2)]), clique([(0, 6), (4, 1)]),
        ]
        let universal = (0..<10).map { $0 == 3 || $0 == 6 }
        let (sizes, error) = CliqueFinding.sizes(
            cliques, models: 5, isUniversal: universal, excesses: universal.map { [$0 ? 0.9 : 0.1, 0.4, 0.4, 0.4] }, threshold: 0.5,
            bootstrap: SeedBootstrap(replicates: 10, seed: 1))
        #expect(sizes.map(\.size) == [2, 3, 4, 5])
        #expect(sizes.map(\.count) == [3, 2, 1, 0])
        #expect(sizes.map(\.universal) == [2, 1, 1, 0])
        #expect(sizes.map(\.fraction) == [0.3, 0.2, 0.1, 0])
        #expect(sizes.allSatisfy { $0.standardError != nil && $0.universalStandardError != nil } && error != nil)
    }

    @Test("the bootstrap's moments are those over all draws, which are equally likely")
    func moments() {
        let kinds: [(cliques: [[Int]], neurons: Int)] = [([[0, 1, 2]], 7), ([[0, 1], [2]], 5), ([[1]], 11), ([[0], [1, 2]], 2)]
        let draws = allDraws(of: 3)
        #expect(draws.count == 27)
        let replicates = 40_000
        let found = SeedBootstrap(replicates: replicates, seed: 4).moments(of: kinds, others: 3)
        #expect(found.count == 3)
        for size in 1...3 {
            let counts = draws.map { draw in
                kinds.reduce(0) { sum, kind in
                    sum + ((kind.cliques.map { $0.reduce(0) { $0 + draw[$1] } }.max() ?? 0) >= size ? kind.neurons : 0)
                }
            }.map(Double.init)
            let mean = counts.reduce(0, +) / 27
            let deviation = (counts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 27).squareRoot()
            // Five standard errors of a mean; the seed is fixed, so the outcome is too.
            #expect(abs(found[size - 1].mean - mean) <= 5 * deviation / Double(replicates).squareRoot())
            #expect(abs(found[size - 1].standardError - deviation * 1.5.squareRoot()) <= 0.03 * deviation)
        }
        // The neurons of the full clique are of full size in every draw: for them alone there is no error.
        let full = SeedBootstrap(replicates: 100, seed: 4).moments(of: [([[0, 1, 2]], 7)], others: 3)
        #expect(full.map(\.mean) == [7, 7, 7] && full.map(\.standardError) == [0, 0, 0])
    }

    @Test("in a draw a neuron is universal when its mean excess over the drawn models is above the threshold")
    func universal() {
        // Of so many neurons each model has a partner, and the other models have none.
        let values = [10.0, 30, 0]
        let neurons: [(cliques: [[Int]], excess: [Double])] = (0..<3).flatMap { model in
            Array(repeating: ([[model]], (0..<3).map { $0 == model ? 0.9 : 0 }), count: Int(values[model]))
        }
        let draws = allDraws(of: 3)
        let found = SeedBootstrap(replicates: 40_000, seed: 2).universalMoments(of: neurons, threshold: 0.2, others: 3)
        #expect(found.count == 4)
        for size in 1...4 {
            // One draw of three is a mean of 0.3, above the threshold already.
            let counts = draws.map { draw in
                zip(values, draw).reduce(0.0) { sum, model in sum + (model.1 >= max(1, size - 1) ? model.0 : 0) }
            }
            let mean = counts.reduce(0, +) / 27
            let deviation = (counts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 27).squareRoot()
            #expect(abs(found[size - 1].mean - mean) <= 5 * deviation / 200)
            #expect(abs(found[size - 1].standardError - deviation * 1.5.squareRoot()) <= 0.03 * deviation)
        }
        // Without room in any model a neuron is universal in no draw; with room in all, in every one: no error.
        let certain = SeedBootstrap(replicates: 100, seed: 2).universalMoments(
            of: [([], [0.6, 0.7, 0.8]), ([], [0.5, 0.4, 0.1])], threshold: 0.5, others: 3)
        #expect(certain.map(\.mean) == [1, 0, 0, 0] && certain.map(\.standardError) == [0, 0, 0, 0])
    }

    @Test("draws are as many as models, of each equally often, and the same for the same seed")
    func draws() {
        let bootstrap = SeedBootstrap(replicates: 4_000, seed: 9)
        var totals = [0, 0, 0, 0]
        for replicate in 0..<4_000 {
            let draws = bootstrap.draws(replicate, of: 4)
            #expect(draws.reduce(0, +) == 4)
            for model in 0..<4 { totals[model] += draws[model] }
        }
        // 16,000 draws: the deviation of a count is 55.
        for total in totals { #expect(abs(total - 4_000) < 275) }
        #expect(SeedBootstrap(seed: 9).draws(17, of: 4) == bootstrap.draws(17, of: 4))
        #expect((0..<50).contains { SeedBootstrap(seed: 10).draws($0, of: 4) != bootstrap.draws($0, of: 4) })
    }

    @Test("of two models there is one draw only, and no error")
    func pair() {
        let (sizes, error) = CliqueFinding.sizes(
            [clique([(0, 0), (1, 0)])], models: 2, isUniversal: [true, false], excesses: [[0.9], [0.1]], threshold: 0.5,
            bootstrap: SeedBootstrap(seed: 0))
        #expect(sizes.map(\.count) == [1] && sizes[0].standardError == nil && sizes[0].bootstrapMean == nil)
        #expect(sizes[0].universal == 1 && sizes[0].universalStandardError == nil && error == nil)
    }
}
