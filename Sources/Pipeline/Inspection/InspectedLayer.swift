import Analysis
import Statistics
import Storage

/// What a run keeps of the neurons of one layer of a model, read once for all of them.
struct InspectedLayer: Sendable {
    /// The layer.
    let layer: Int
    /// Their strongest examples, and the tokens of their highest activations; nil where the run keeps none.
    let examples: ExampleList?
    let tokens: TokenMaxima?
    /// What their weights do to the vocabulary: by the unembedding, and by the embedding; nil where nobody says.
    let vocabulary: [LayerVocabulary]
    /// At which positions and tokens they are active.
    let activations: LayerActivations?
    /// The closest and most opposed weights.
    let cosines: LayerCosines?

    /// Reads a layer.
    ///
    /// - Parameters:
    ///   - group: the layer's column group.
    ///   - isOfRunReference: whether the results have more than statistics of it.
    /// - Throws: `StatisticsError`, `StorageError`.
    init(layer: Int, group: Int, in snapshot: StoreSnapshot, strata: Int, isOfRunReference: Bool, folder: RunFolder) throws {
        self.layer = layer
        examples = try snapshot.examples(of: group, strata: strata)
        tokens = try snapshot.tokens(of: group, strata: strata)
        guard isOfRunReference else {
            (vocabulary, activations, cosines) = ([], nil, nil)
            return
        }
        vocabulary = try [
            LayerVocabulary(layer: layer, .unembedding, .output, in: folder), LayerVocabulary(layer: layer, .embedding, .input, in: folder),
        ].compactMap(\.self)
        activations = try LayerActivations(layer: layer, in: folder)
        cosines = try LayerCosines(layer: layer, in: folder)
    }
}
