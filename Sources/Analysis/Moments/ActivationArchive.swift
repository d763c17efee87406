import Statistics
import Storage
import SystemPackage

/// At which tokens and positions the neurons of a layer are active, as `activations/layer3.npz`. Keys:
/// - `fired`, `[context, n]`: int32, in how many rows the pre-activation is above 0 at a position, masked tokens included; `rows`, `[1]`: int64,
///   of how many;
/// - `max_value`, `max_token`, `[n, 100]`: float32 and int32, the tokens of the vocabulary at which the neuron's highest activations are, highest
///   first, counted tokens only; a value of 0 marks places that are left over. As many columns as the configuration's `moments: maxima` says;
/// - where it has `means`, `mean_value`, `mean_token`, `mean_count`, `[n, means]`: float32, int32 and int64, the tokens with the highest mean
///   activation over the counted places where they stand, highest first, and how many places these are; a count of 0 marks places that are left
///   over. `mean_least_count`, `[1]`: int64, how often a token must count to be among them.
public enum ActivationArchive {
    /// The name of a layer's file.
    public static func name(layer: Int) -> String { "layer\(layer).npz" }

    /// Writes an archive in one step.
    ///
    /// - Throws: a `StorageError`.
    public static func write(
        _ sums: MomentSums, tokens: TokenMaxima?, means: TokenMeans? = nil, to path: FilePath, on files: some FileLayer = LocalFiles()
    ) throws {
        var entries: [NumpyArchive.Entry] = [
            .init("fired", sums.positions, shape: [sums.context, sums.columns]), .init("rows", [Int64(sums.rows)]),
        ]
        if let tokens {
            let shape = [tokens.columns, tokens.count]
            entries += [.init("max_value", tokens.allValues, shape: shape), .init("max_token", tokens.allTokens, shape: shape)]
        }
        if let means {
            let shape = [means.neurons, means.count]
            entries += [
                .init("mean_value", means.values.map { Float($0) }, shape: shape), .init("mean_token", means.tokens, shape: shape),
                .init("mean_count", means.counts, shape: shape), .init("mean_least_count", [Int64(means.leastCount)]),
            ]
        }
        try NumpyArchive.write(path, entries, on: files)
    }

    /// Bytes of a neuron.
    public static func bytesPerNeuron(context: Int, settings: MomentSettings) -> Int {
        4 * context + 8 * settings.maxima + 16 * (settings.means ?? 0)
    }
}
