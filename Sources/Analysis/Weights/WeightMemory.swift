import Models

/// The memory that ``WeightAnalysis`` takes, known from shapes before any weight is read.
public struct WeightMemory: Hashable, Sendable {
    /// Bytes at most, for all threads together.
    public let bytes: Int

    /// A token has some 7 features, and 14 at most of those that GPT-2's vocabulary gives; topics may add some.
    private static let featuresOfToken = 16
    /// Roles are the tails of distributions: a neuron in ten has one at most.
    private static let neuronsWithoutRole = 10

    /// The analysis of a model.
    ///
    /// - Parameters:
    ///   - layers: of the model.
    ///   - neurons: of a layer.
    ///   - width: of the residual stream.
    ///   - vocabulary: its tokens.
    ///   - features: of a token, whose contrasts are kept of each neuron with a role; 0 without.
    ///   - threads: that share a layer's neurons.
    public init(layers: Int, neurons: Int, width: Int, vocabulary: Int, features: Int, threads: Int) {
        // Of one matrix at a time the vectors, and their lengths twice.
        let tokens = vocabulary * (4 * width + 2 * 8)
        // The bits of a token and of the one before, twice while they are read; the list of each feature's tokens grows by doubling.
        let lists = features == 0 ? 0 : vocabulary * (4 * ((features + 7) / 8) + 2 * 4 * Self.featuresOfToken)
        // Both matrices, and one of them as it is stored.
        let layer = 3 * neurons * width * 4
        let contrasts = features == 0 ? 0 : TokenContrasts.bytes(width: width, of: vocabulary)
        let own = max(CosineScan.bytes(tail: WeightAnalysis.usualTail), contrasts)
        // Output and input, each in parts and put together; in the archive as they are written.
        let summaries = 4 * neurons * PartnerTable.bytesPerNeuron(tail: min(vocabulary, WeightAnalysis.usualTail))
        // Nine numbers of each neuron, in arrays that grow by doubling; a role's contrasts once more as columns of the archive.
        let contrast = MemoryLayout<TokenContrast?>.stride + 3 * 8
        let found = layers * neurons * (2 * 9 * 8 + features * contrast / Self.neuronsWithoutRole)
        bytes = tokens + lists + layer + threads * own + summaries + found
    }
}
