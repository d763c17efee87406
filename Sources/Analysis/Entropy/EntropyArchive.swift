import Storage
import SystemPackage

/// `entropy.npz`: how much of each neuron's output the unembedding does not see.
///
/// `null_fraction`, float64 `[neurons]`, row = layer · d_mlp + neuron; `null_singular_values`, float64, those of U₀, rising;
/// `largest_singular_value` and `random_fraction` (which all but one in a thousand random directions stay below), float64 `[1]`.
public enum EntropyArchive {
    /// Writes the archive in one step.
    ///
    /// - Throws: a `StorageError`.
    public static func write(_ findings: EntropyFindings, to path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        try NumpyArchive.write(
            path,
            [
                .init("null_fraction", findings.nullFractions), .init("null_singular_values", findings.nullSpace.singularValues),
                .init("largest_singular_value", [findings.nullSpace.largest]), .init("random_fraction", [findings.randomFraction]),
            ], on: files)
    }
}
