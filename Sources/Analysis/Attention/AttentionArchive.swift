import Storage
import SystemPackage

/// The scores behind `attention.csv`, in the folder `attention`.
///
/// `layer3.npz`, about the neurons of layer 3: `score` and the composition scores `query`, `key`, `value`, `output`, float32
/// `[neurons, layers, heads]`, NaN where nothing goes from one to the other. `heads.npz`: `strongest_head` (layer · heads + head, −1 where there
/// are fewer) and `strongest_score`, int32 and float32 `[neurons, 3]`; `null_quantiles`, float64 `[layers, heads, 5]`, of the scores of random
/// unit vectors, at the shares `null_shares`; `norm`, float64 `[layers, heads]`, the largest score that there can be; `threshold`, float64
/// `[1]`, of the cosine; `token`, int32 `[1]`, that rows begin with.
public enum AttentionArchive {
    /// The name of the file about the heads.
    public static let headsName = "heads.npz"

    /// The name of the file about a layer's neurons.
    public static func name(layer: Int) -> String { "layer\(layer).npz" }

    /// About the bytes of a neuron's scores.
    public static func bytesPerNeuron(heads: Int) -> Int { 4 * (1 + CompositionKind.allCases.count) * heads }

    /// Writes the scores of a layer's neurons in one step.
    ///
    /// - Throws: a `StorageError`.
    public static func write(_ scores: HeadScores, to path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        let shape = [scores.neurons, scores.layers, scores.heads]
        let composition = CompositionKind.allCases.compactMap { kind in
            scores.composition[kind].map { NumpyArchive.Entry(kind.rawValue, $0, shape: shape) }
        }
        try NumpyArchive.write(path, [.init("score", scores.score, shape: shape)] + composition, on: files)
    }

    /// Writes what is known of the heads in one step.
    ///
    /// - Throws: a `StorageError`.
    public static func write(_ findings: AttentionFindings, to path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        let kept = AttentionFindings.strongestHeads
        let shape = [findings.layers, findings.heads]
        try NumpyArchive.write(
            path,
            [
                .init("strongest_head", findings.strongest, shape: [findings.strongest.count / kept, kept]),
                .init("strongest_score", findings.strongestScores, shape: [findings.strongestScores.count / kept, kept]),
                .init("null_quantiles", findings.nullQuantiles, shape: shape + [AttentionFindings.nullShares.count]),
                .init("null_shares", AttentionFindings.nullShares), .init("norm", findings.norms, shape: shape),
                .init("threshold", [findings.threshold]), .init("token", [Int32(truncatingIfNeeded: findings.token)]),
            ], on: files)
    }
}
