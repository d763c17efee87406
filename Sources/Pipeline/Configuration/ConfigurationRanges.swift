/// What the numbers of a configuration may be; a plan that was read back is held against the same ranges.
enum ConfigurationRanges {
    /// Tokens a row. 2^20: beyond any model's context.
    static let context = 1...1_048_576
    /// Scalars that a document must exceed.
    static let minimumCharacters = 0...1_000_000_000
    /// Two are the least that a jackknife can leave one out of; sets of replicates are 64 bits.
    static let replicates = 2...64
    /// Layers between compared ones; no plan has more layers.
    static let band = 0...4_096
    /// A step of training; beyond any run's.
    static let step = 0...1_000_000_000_000
    /// Excess correlation.
    static let threshold = 0.0...1
    /// Counted tokens of a chunk: below 16 the rounding of each chunk drowns the sums, above 2^20 its columns fill the memory.
    static let chunk = 16...1_048_576
    /// Counted tokens. Two make the least deviation; their scratch is in memory, so a corpus is no calibration.
    static let calibration = 2...100_000_000
    /// Rotations a layer.
    static let draws = 1...1_000
    /// Principal directions of a layer; no plan's layers have more neurons.
    static let components = 1...1 << 24
    /// Examples of a neuron.
    static let examples = 0...1_000
    /// Tokens of highest activation of a neuron.
    static let maxima = 0...1_000
    /// Tokens of highest mean activation of a neuron, where any are kept.
    static let means = 1...1_000
    /// Tokens to either side of an example.
    static let exampleTokens = 0...4_096
    /// Compute threads.
    static let threads = 1...1_024
    /// The share of the sample from which on a word is a feature.
    static let unigramShare = 0.000001...1
    /// The pilot of a screened run, in tokens.
    static let pilot = 1...1_000_000_000
    /// Candidates of a neuron. 4,096: a hundred times what a bound asks for.
    static let candidates = 1...4_096
    /// The confidence of the bounds that candidates are chosen by.
    static let confidence = 0.5...0.999_999
}
