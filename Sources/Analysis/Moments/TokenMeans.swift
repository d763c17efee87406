import Statistics

/// For every neuron of a layer the tokens of the vocabulary at which it is most active on average: of those that stand at enough counted places
/// the ones with the highest mean activation there, highest first, then by token.
public struct TokenMeans: Hashable, Sendable {
    /// A token that counts less often has no mean to speak of: its first few places would decide who comes first.
    public static let leastCount = 10

    /// Neurons of the layer.
    public let neurons: Int
    /// Tokens of each neuron at most.
    public let count: Int
    /// How often a token must count.
    public let leastCount: Int
    /// Mean activations, `[neurons, count]`; 0 in empty places, which come last.
    public private(set) var values: [Double]
    /// Token ids, `[neurons, count]`; 0 in empty places.
    public private(set) var tokens: [Int32]
    /// At how many places the mean is taken, `[neurons, count]`; 0 marks an empty place.
    public private(set) var counts: [Int64]
    /// Places that are taken, the same of every neuron: every token has a mean of every neuron.
    private var filled = 0

    /// Lists without tokens.
    public init(neurons: Int, count: Int, leastCount: Int = TokenMeans.leastCount) {
        self.neurons = neurons
        self.count = count
        self.leastCount = leastCount
        values = Array(repeating: 0, count: neurons * count)
        tokens = Array(repeating: 0, count: neurons * count)
        counts = Array(repeating: 0, count: neurons * count)
    }

    /// Takes in the sums at some tokens; strips come by ascending ids.
    ///
    /// - Precondition: The strip has as many columns as the layer has neurons.
    public mutating func add(_ strip: TokenStrip) {
        precondition(strip.columns == neurons)
        for (place, occurrences) in strip.table.counts.enumerated() where occurrences >= leastCount && count > 0 {
            let unit = Double(occurrences) * Double(sign: .plus, exponent: TokenSums.fractionBits, significand: 1)
            let isFull = filled == count
            if !isFull { filled += 1 }
            strip.withSums(at: place) { sums in
                for neuron in 0..<neurons {
                    let mean = Double(sums[neuron]) / unit
                    // Of tokens with the same mean the lower id is there already.
                    if isFull, mean <= values[(neuron + 1) * count - 1] { continue }
                    insert(mean, strip.table.ids[place], occurrences, neuron: neuron)
                }
            }
        }
    }

    /// Puts a token in before the first one with a lower mean; the one in the last place makes room.
    private mutating func insert(_ mean: Double, _ token: Int32, _ occurrences: Int64, neuron: Int) {
        let first = neuron * count
        var place = first + filled - 1
        while place > first, values[place - 1] < mean {
            values[place] = values[place - 1]
            tokens[place] = tokens[place - 1]
            counts[place] = counts[place - 1]
            place -= 1
        }
        values[place] = mean
        tokens[place] = token
        counts[place] = occurrences
    }
}
