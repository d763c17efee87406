import Kernels

/// How the counts of cliques by size would vary with other seeds: a bootstrap over the models beside the reference.
///
/// A replicate draws as many other models as there are, with replacement. A model that is drawn twice counts twice: a copy is its own best
/// partner, so it joins every clique that the model is in. A neuron's size in the replicate is then 1, for the reference, and the draws that
/// fall on the other models of one of its cliques, the largest such number.
///
/// In the same replicate a neuron is universal when its excess, mean over the drawn models, is above the threshold.
///
/// The standard deviation over replicates, times √(n / (n − 1)) for n other models, estimates the standard error of a count under another
/// choice of the other seeds from the same recipe of training; the reference, its weights and the tokens stay. The factor is what makes a
/// mean's error the usual one: draws from a sample vary by the sample's own variance, which is that much too small. Two things to know:
/// copies agree with themselves as no new seed would, so the mean over replicates lies above the count for large sizes, and what it differs
/// by is no bias to subtract; and with few models there are few different draws (4 others: 35), so the error is a rough one.
public struct SeedBootstrap: Hashable, Sendable {
    /// How many replicates are drawn.
    public let replicates: Int
    /// Decides the draws.
    public let seed: UInt64

    /// A bootstrap of some replicates; 1,000 leave an error of 2 % in a standard deviation.
    public init(replicates: Int = 1_000, seed: UInt64) {
        self.replicates = replicates
        self.seed = seed
    }

    /// The draws of a replicate: how often each of some models is drawn.
    func draws(_ replicate: Int, of models: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: models)
        for draw in 0..<models {
            let place = UInt64(replicate) &* UInt64(models) &+ UInt64(draw) &+ 1
            let number = SplitMix64.mix(SplitMix64.mix(seed) &+ place &* SplitMix64.increment)
            // The high half of a product: for a few models the same as a remainder's bias, none that counts.
            counts[Int(number.multipliedFullWidth(by: UInt64(models)).high)] += 1
        }
        return counts
    }

    /// A count over replicates.
    struct Moments {
        /// The mean.
        let mean: Double
        /// The standard error of the count that follows from its spread.
        let standardError: Double
    }

    /// How many neurons have each size or a larger one.
    ///
    /// - Parameters:
    ///   - kinds: neurons whose cliques span the same models: for each clique the places of the other models in it, and how many neurons.
    ///   - others: how many other models there are.
    /// - Returns: for sizes 2 up to others + 1.
    func moments(of kinds: [(cliques: [[Int]], neurons: Int)], others: Int) -> [Moments] {
        let found = moments(others: others) { draws, bySize in
            for kind in kinds { bySize[Self.largest(kind.cliques, draws)] += kind.neurons }
        }
        return Array(found.dropFirst())
    }

    /// How many neurons are universal and have each size or a larger one.
    ///
    /// - Parameters:
    ///   - neurons: of each its cliques, as above, and its excess in each other model.
    ///   - threshold: the excess above which a neuron is universal.
    ///   - others: how many other models there are.
    /// - Returns: for sizes 1 up to others + 1.
    func universalMoments(
        of neurons: [(cliques: [[Int]], excess: [Double])], threshold: Double, others: Int
    ) -> [Moments] {
        // In no draw is a mean above its largest part.
        let neurons = neurons.filter { $0.excess.contains { $0 > threshold } }
        return moments(others: others) { draws, bySize in
            for neuron in neurons {
                var sum = 0.0
                for model in 0..<others { sum += Double(draws[model]) * neuron.excess[model] }
                if sum / Double(others) > threshold { bySize[Self.largest(neuron.cliques, draws)] += 1 }
            }
        }
    }

    /// The other models of the largest clique, each as often as it is drawn.
    private static func largest(_ cliques: [[Int]], _ draws: [Int]) -> Int { cliques.map { $0.reduce(0) { $0 + draws[$1] } }.max() ?? 0 }

    /// The moments of a count of sizes or larger ones.
    ///
    /// - Parameter count: counts by size in a draw, `[1 + others]`.
    /// - Returns: for sizes 1 up to others + 1.
    private func moments(others: Int, count: (_ draws: [Int], _ bySize: inout [Int]) -> Void) -> [Moments] {
        var known: [[Int]: [Int]] = [:]
        var counts = [[Int]](repeating: [], count: others + 1)
        for replicate in 0..<replicates {
            let draws = draws(replicate, of: others)
            // A few models have few different draws.
            let bySize =
                known[draws]
                ?? {
                    var bySize = [Int](repeating: 0, count: others + 1)
                    count(draws, &bySize)
                    known[draws] = bySize
                    return bySize
                }()
            var atLeast = 0
            for size in stride(from: others, through: 0, by: -1) {
                atLeast += bySize[size]
                counts[size].append(atLeast)
            }
        }
        let factor = others > 1 ? Double(others) / Double(others - 1) : 1
        return counts.map { counts in
            let n = Double(max(1, counts.count))
            // Sums of integers: exact, whatever the order.
            let mean = Double(counts.reduce(0, +)) / n
            let squares = counts.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
            return Moments(mean: mean, standardError: (factor * squares / max(1, n - 1)).squareRoot())
        }
    }
}
