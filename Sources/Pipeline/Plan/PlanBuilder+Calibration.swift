import Corpus
import Kernels
import Statistics

extension PlanBuilder {
    /// The beginning of the draw that has as many counted tokens as the calibration looks at.
    func calibrationRows(corpus: PackedCorpus, labels: LabelRows?, draw: Draw, isCounted: [Bool]) throws -> ShardRows {
        var indices: [Int] = []
        var counted = 0
        while indices.count < corpus.rowCount, counted < configuration.calibration {
            if indices.count % PackedCorpus.rowsAtOnce == 0 { corpus.forgetPages() }
            let row = draw.row(at: indices.count)
            indices.append(row)
            counted += corpus.tokens(ofRow: row).reduce(0) { $0 + (isCounted[Int($1)] ? 1 : 0) }
        }
        guard counted > 0 else { throw PipelineError.everythingMasked(corpus: configuration.corpus.path, mask: []) }
        return ShardRows(rows: indices, of: corpus, labels: labels)
    }

    /// Provisional means and scales of all columns.
    func calibrate(
        layout: StatisticsLayout, bits: QuantisedBits?, over rows: ShardRows, isCounted: [Bool], loader: SourceLoader
    ) throws -> Calibration {
        context.progress.begin(ProgressStage("calibrating", unit: .groups, total: layout.sources.count))
        defer { context.progress.end() }
        var groups: [Calibration.Group] = []
        var tokens = 0
        for id in layout.sources {
            try context.stop.check()
            let last = layout.groups(of: id).count - 1
            for source in try loader.sources(through: [id: last]) {
                let result = try CalibrationPass(
                    layout: layout, source: StoppableSource(source: source, stop: context.stop), isCounted: isCounted,
                    tokens: configuration.calibration, bits: bits, team: context.team
                ).calibration(over: rows)
                groups += result.groups
                tokens = result.tokens
            }
            context.progress.advance(by: 1)
        }
        return Calibration(groups: groups, tokens: tokens)
    }
}
