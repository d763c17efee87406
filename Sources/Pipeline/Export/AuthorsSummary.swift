import Analysis
import Storage
import SystemPackage

/// The authors' two summaries of a pair of models, and what they have of its baseline, made of `pairs/a-b.npz`.
struct AuthorsSummary {
    /// Each neuron of the earlier model against all of the later one.
    let forward: [NumpyArchive.Entry]
    /// The other direction.
    let backward: [NumpyArchive.Entry]
    /// The best correlation with rotated layers of the later model, mean over draws; nil where the earlier model is not the reference.
    let baseline: NumpyArchive.Entry?

    /// The arrays of a summary, in the authors' order.
    private static let keys = [
        "diag_corr", "obo_corr", "bin_counts", "max_corr", "max_corr_ix", "min_corr", "min_corr_ix", "max_tail_corr", "max_tail_corr_ix",
        "min_tail_corr", "min_tail_corr_ix", "corr_mean", "corr_var", "corr_skew", "corr_kurt",
    ]

    /// - Parameter neurons: how many neurons each model has.
    init(_ path: FilePath, earlier: String, later: String, neurons: [String: Int]) throws {
        let arrays = try NumpyArchive.read(path)
        let (rows, columns) = (neurons[earlier] ?? 0, neurons[later] ?? 0)
        forward = try Self.entries(of: earlier, rows: rows, columns: columns, in: arrays)
        backward = try Self.entries(of: later, rows: columns, columns: rows, in: arrays)
        let kind = [RotationKind.gaussian, .orthogonal].first { arrays["\(earlier)_baseline_\($0.rawValue)"] != nil }
        baseline = try kind.map { kind in
            let values = try arrays["\(earlier)_baseline_\(kind.rawValue)"]?.values(as: Double.self) ?? []
            return NumpyArchive.Entry("max_corr", values.map(Float.init))
        }
    }

    private static func entries(
        of model: String, rows: Int, columns: Int, in arrays: [String: NumpyArray]
    ) throws -> [NumpyArchive.Entry] {
        try keys.compactMap { key in
            // A screened run knows the highest correlations only.
            guard let array = arrays["\(model)_\(key)"] else { return nil }
            switch key {
            case "diag_corr", "obo_corr":
                // A diagonal of the matrix is as long as it is there; ours have a place for each neuron.
                let length = max(0, min(rows, key == "diag_corr" ? columns : columns - 1))
                return NumpyArchive.Entry(key, Array(try array.values(as: Float.self).prefix(length)))
            case "bin_counts":
                // torch, which the authors count with, has no unsigned integers of 32 bits to compute with.
                return NumpyArchive.Entry(key, try array.values(as: UInt32.self).map { Int32(clamping: $0) }, shape: array.shape)
            default:
                return NumpyArchive.Entry(name: key, dtype: array.dtype, shape: array.shape, bytes: Array(array.bytes))
            }
        }
    }
}
