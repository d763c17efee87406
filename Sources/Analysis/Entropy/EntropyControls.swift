import Kernels

/// The random neurons that entropy neurons are compared with (paper, section 5.2): of the last two layers, with l2_penalty below the 90th
/// percentile and vocab_var above the 10th of the whole model.
public enum EntropyControls {
    /// The neurons that qualify, in order.
    public static func eligible(among figures: EntropyFigures) -> [Int] {
        let penalty = SortedFigures(figures.penalty).quantile(EntropyCuts.large)
        let variance = SortedFigures(figures.variance).quantile(EntropyCuts.small)
        return (0..<figures.neurons).filter {
            figures.layer(of: $0) >= figures.lastTwoLayers && figures.penalty[$0] < penalty && figures.variance[$0] > variance
        }
    }

    /// Some of them at random, in order; all where there are fewer. Each neuron has a number of its own that the seed decides, and those with
    /// the smallest are taken: so more controls are the same ones and others.
    public static func chosen(_ count: Int, of neurons: [Int], seed: UInt64) -> [Int] {
        let numbered = neurons.map { (number: SplitMix64.mix(SplitMix64.mix(seed &+ SplitMix64.increment) ^ UInt64($0)), neuron: $0) }
        return numbered.sorted { ($0.number, $0.neuron) < ($1.number, $1.neuron) }.prefix(max(0, count)).map(\.neuron).sorted()
    }
}
