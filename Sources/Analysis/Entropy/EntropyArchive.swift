import Storage
import SystemPackage

/// `entropy.npz`: how much of each neuron's output the unembedding does not see.
///
/// `null_fraction`, float64 `[neurons]`, row = layer · d_mlp + neuron; `null_singular_values`, float64, those of U₀, rising;
/// `largest_singular_value` and `random_fraction` (which all but one in a thousand random directions stay below), float64 `[1]`. Where
/// token frequencies are known `frequency_corr`, float64 `[neurons]`: the correlation of what each neuron does to the logits with their
/// logarithms, and `random_frequency_corr`, float64 `[1]`, the size of it that all but one in a thousand random directions stay below.
public enum EntropyArchive {
    /// Writes the archive in one step.
    ///
    /// - Throws: a `StorageError`.
    public static func write(_ findings: EntropyFindings, to path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        var entries: [NumpyArchive.Entry] = [
            .init("null_fraction", findings.nullFractions), .init("null_singular_values", findings.nullSpace.singularValues),
            .init("largest_singular_value", [findings.nullSpace.largest]), .init("random_fraction", [findings.randomFraction]),
        ]
        if let frequencies = findings.frequencies {
            entries += [
                .init("frequency_corr", frequencies.correlations), .init("random_frequency_corr", [frequencies.randomCorrelation]),
            ]
        }
        try NumpyArchive.write(path, entries, on: files)
    }
}
