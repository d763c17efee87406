import Storage
import SystemPackage

/// The cosines of a layer's neurons with the tokens of one matrix, as `vocabulary/layer3_unembedding.npz`.
///
/// Every key exists twice: `out_…` is about w_out, `in_…` about w_in. Vectors are those of processed weights, tokens are ids. Keys:
/// - `mean`, `var`, `skew`, `kurt`, `[n]`: float64, population moments over the vocabulary, kurtosis 3 for a normal; NaN for weights of 0;
/// - `top_cos`, `top_token`, `bottom_cos`, `bottom_token`, `[n, 100]`: float32 and int32, from the end inwards; fewer columns where the
///   vocabulary is smaller;
/// - `bin_counts`, `[n, 101]`: uint32, the bins of ``CorrelationHistogram``.
public enum VocabularyArchive {
    /// The name of the file of a layer and a matrix.
    public static func name(layer: Int, _ vocabulary: WeightAnalysis.Vocabulary) -> String { "layer\(layer)_\(vocabulary.rawValue).npz" }

    /// Writes an archive in one step.
    ///
    /// - Throws: a `StorageError`.
    public static func write(
        _ cosines: WeightAnalysis.LayerCosines, to path: FilePath, on files: some FileLayer = LocalFiles()
    ) throws {
        try NumpyArchive.write(path, entries(cosines.output, "out") + entries(cosines.input, "in"), on: files)
    }

    /// About the bytes of a neuron's figures, over both matrices and both sides.
    public static func bytesPerNeuron(vocabulary: Int, tail: Int = WeightAnalysis.usualTail) -> Int {
        4 * (2 * min(vocabulary, tail) * 8 + CorrelationHistogram.bins * 4 + 4 * 8)
    }

    private static func entries(_ summary: CosineSummary, _ side: String) -> [NumpyArchive.Entry] {
        let tokens = summary.tokens
        let tail = [tokens.neurons, tokens.highest.length]
        return [
            .init("\(side)_mean", summary.moments.map(\.mean)),
            .init("\(side)_var", summary.moments.map(\.variance)),
            .init("\(side)_skew", summary.moments.map(\.skewness)),
            .init("\(side)_kurt", summary.moments.map(\.kurtosis)),
            .init("\(side)_top_cos", tokens.highest.values, shape: tail),
            .init("\(side)_top_token", tokens.highest.partners, shape: tail),
            .init("\(side)_bottom_cos", tokens.lowest.values, shape: tail),
            .init("\(side)_bottom_token", tokens.lowest.partners, shape: tail),
            .init("\(side)_bin_counts", tokens.histogram, shape: [tokens.neurons, CorrelationHistogram.bins]),
        ]
    }
}
