import Statistics
import Storage
import SystemPackage

/// At which tokens and positions the neurons of a layer are active, as `activations/layer3.npz`. Keys:
/// - `fired`, `[context, n]`: int32, in how many rows the pre-activation is above 0 at a position, masked tokens included; `rows`, `[1]`: int64,
///   of how many;
/// - `max_value`, `max_token`, `[n, 100]`: float32 and int32, the tokens of the vocabulary at which the neuron's highest activations are, highest
///   first, counted tokens only; a value of 0 marks places that are left over. As many columns as the configuration's `moments: maxima` says.
public enum ActivationArchive {
    /// The name of a layer's file.
    public static func name(layer: Int) -> String { "layer\(layer).npz" }

    /// Writes an archive in one step.
    ///
    /// - Throws: a `StorageError`.
    public static func write(
        _ sums: MomentSums, tokens: TokenMaxima?, to path: FilePath, on files: some FileLayer = LocalFiles()
    ) throws {
        var entries: [NumpyArchive.Entry] = [
            .init("fired", sums.positions, shape: [sums.context, sums.columns]), .init("rows", [Int64(sums.rows)]),
        ]
        if let tokens {
            let shape = [tokens.columns, tokens.count]
            entries += [.init("max_value", tokens.allValues, shape: shape), .init("max_token", tokens.allTokens, shape: shape)]
        }
        try NumpyArchive.write(path, entries, on: files)
    }

    /// Bytes of a neuron.
    public static func bytesPerNeuron(context: Int, settings: MomentSettings) -> Int { 4 * context + 8 * settings.maxima }
}
