/// The memory that reading a model's weights takes, known from shapes before any of them is read: ``WeightAnalysis``, ``AntipodeAnalysis``,
/// ``NeuronNullSpace`` and ``AttentionAnalysis``, one after the other.
public struct WeightMemory: Hashable, Sendable {
    /// Bytes at most of what keeps as much in memory whatever is offered.
    private let fixed: Int
    /// Bytes of the search for antipodes beside the layers that it keeps.
    private let antipodes: Int
    private let layers, neurons, width: Int

    /// A token has some 7 features, and 14 at most of those that GPT-2's vocabulary gives; topics may add some.
    private static let featuresOfToken = 16
    /// Roles are the tails of distributions: a neuron in ten has one at most.
    private static let neuronsWithoutRole = 10
    /// The width of heads where it is not known: GPT-2's, which few models go below.
    private static let usualHeadWidth = 64

    /// The analyses of a model.
    ///
    /// - Parameters:
    ///   - layers: of the model.
    ///   - neurons: of a layer.
    ///   - width: of the residual stream.
    ///   - heads: of a layer; nil where they are not known.
    ///   - vocabulary: its tokens.
    ///   - features: of a token, whose contrasts are kept of each neuron with a role; 0 without.
    ///   - threads: that share a layer's neurons.
    public init(layers: Int, neurons: Int, width: Int, heads: Int? = nil, vocabulary: Int, features: Int, threads: Int) {
        (self.layers, self.neurons, self.width) = (layers, neurons, width)
        // Both matrices, and one of them as it is stored.
        let layer = 3 * neurons * width * 4
        // Nine numbers of each neuron, in arrays that grow by doubling; a role's contrasts once more as columns of the archive.
        let contrast = MemoryLayout<TokenContrast?>.stride + 3 * 8
        let found = layers * neurons * (2 * 9 * 8 + features * contrast / Self.neuronsWithoutRole)
        let ofAntipodes = AntipodeFindings.bytes(layers: layers, neurons: neurons)
        antipodes = found + ofAntipodes + AntipodeAnalysis.bytesBesideLayers(layers: layers, neurons: neurons, threads: threads)
        let nullSpace = found + ofAntipodes + max(NullSpace.bytes(width: width, vocabulary: vocabulary), layer)
        let attention =
            found + ofAntipodes
            + AttentionAnalysis.bytes(
                layers: layers, neurons: neurons, width: width, heads: heads ?? max(1, width / Self.usualHeadWidth),
                vocabulary: vocabulary, threads: threads)
        let ensembles = RoleEnsembles.bytes(neurons: layers * neurons / Self.neuronsWithoutRole, width: width, threads: threads)
        fixed = max(
            found + Self.tokenBytes(width: width, vocabulary: vocabulary, features: features)
                + max(
                    Self.scanBytes(neurons: neurons, width: width, vocabulary: vocabulary, features: features, threads: threads) + layer,
                    ensembles),
            nullSpace, attention)
    }

    /// Bytes at most, for all threads together.
    ///
    /// - Parameter memory: bytes that the process may use.
    public func bytes(within memory: Int) -> Int {
        max(
            fixed,
            antipodes
                + AntipodeAnalysis.bytes(ofLayers: layers, neurons: neurons, width: width, memory: AntipodeAnalysis.memory(of: memory)))
    }

    /// Of the tokens, which layers and neurons are compared with.
    private static func tokenBytes(width: Int, vocabulary: Int, features: Int) -> Int {
        // Of one matrix at a time the vectors, and their lengths twice.
        let tokens = vocabulary * (4 * width + 2 * 8)
        // The bits of a token and of the one before, twice while they are read; the list of each feature's tokens grows by doubling.
        let lists = features == 0 ? 0 : vocabulary * (4 * ((features + 7) / 8) + 2 * 4 * featuresOfToken)
        return tokens + lists
    }

    /// Of the comparison of a layer with the tokens, beside the layer and what is found.
    private static func scanBytes(neurons: Int, width: Int, vocabulary: Int, features: Int, threads: Int) -> Int {
        let contrasts = features == 0 ? 0 : TokenContrasts.bytes(width: width, of: vocabulary)
        let own = max(CosineScan.bytes(tail: WeightAnalysis.usualTail), contrasts)
        // Output and input, each in parts and put together; in the archive as they are written.
        let summaries = 4 * neurons * PartnerTable.bytesPerNeuron(tail: min(vocabulary, WeightAnalysis.usualTail))
        return threads * own + summaries
    }
}
