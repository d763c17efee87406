import Corpus
import Kernels
import Statistics
import Storage

/// Proves that two machines compute the same bits, whatever their libraries are called.
enum Fingerprint {
    /// The hash of one SGEMM tile, of our own kernels' results, and of one row's columns of every model.
    ///
    /// - Parameters:
    ///   - row: the first row of the draw.
    ///   - loader: gives a model by its id, one at a time.
    ///   - stop: looked at before each model.
    static func digest(models: [PlannedModel], row: ShardRows, loader: SourceLoader, stop: StopRequest) throws -> Digest {
        var builder = DigestBuilder()
        for values in KernelFingerprint.references { values.withUnsafeBytes { builder.update($0) } }
        for model in models {
            try stop.check()
            for source in try loader.sources(through: [model.id: model.layers - 1]) {
                let workspace = try source.makeWorkspace(context: row.context)
                try row.tokens.withUnsafeBufferPointer { tokens in
                    let first = TokenRow(index: row.indices[0], domain: row.domains[0], tokens: tokens)
                    try source.activations(of: first, through: model.layers - 1, workspace: workspace) { layer, values in
                        let columns = source.columnGroups[layer].columns
                        builder.update(UnsafeRawBufferPointer(start: values, count: row.context * columns * 4))
                    }
                }
            }
        }
        return builder.finalize()
    }

    /// The same of a packed row.
    static func digest(models: [PlannedModel], corpus: PackedCorpus, row: Int, loader: SourceLoader, stop: StopRequest) throws -> Digest {
        try digest(models: models, row: ShardRows(rows: [row], of: corpus), loader: loader, stop: stop)
    }
}
