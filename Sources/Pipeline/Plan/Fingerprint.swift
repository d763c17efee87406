import Corpus
import Kernels
import Statistics
import Storage

/// Proves that two machines compute the same bits, whatever their libraries are called.
enum Fingerprint {
    /// The hash of one SGEMM tile, of our own kernels' results, and of one row's activations in every model.
    ///
    /// - Parameters:
    ///   - sources: gives a model by its id, one at a time.
    ///   - row: the first row of the draw.
    ///   - stop: looked at before each model.
    static func digest(models: [PlannedModel], corpus: PackedCorpus, row: Int, loader: SourceLoader, stop: StopRequest) throws -> Digest {
        var builder = DigestBuilder()
        for values in [KernelFingerprint.referenceTile(), KernelFingerprint.elementwiseReference()] {
            values.withUnsafeBytes { builder.update($0) }
        }
        let tokens = corpus.tokens(ofRow: row)
        for model in models {
            try stop.check()
            for source in try loader.sources(through: [model.id: model.layers - 1]) {
                let workspace = try source.makeWorkspace(context: corpus.context)
                try tokens.withUnsafeBufferPointer { tokens in
                    let row = TokenRow(index: row, domain: corpus.domain(ofRow: row), tokens: tokens)
                    try source.activations(of: row, through: model.layers - 1, workspace: workspace) { _, values in
                        builder.update(UnsafeRawBufferPointer(start: values, count: corpus.context * model.mlpWidth * 4))
                    }
                }
            }
        }
        return builder.finalize()
    }
}
