import Analysis
import Corpus
import Models
import Statistics
import Storage
import SystemPackage

/// Counts at how many tokens neurons fire together with their best partners in other models, over the first rows of a run's draw:
/// `firing.csv` (SPEC 12).
///
/// Best partners are those of the run's results, in both models of a pair activations above 0 are counted at the tokens that count in the
/// run. One pair of models comes after the other, each in batches of rows: after each batch the counts are kept in one step, so that a
/// measurement that was stopped, or one over more tokens, goes on behind the last one. The counts do not depend on threads, batches and memory.
public struct MeasureFiring: Sendable {
    /// The run.
    public let folder: RunFolder
    /// The pairs of models, as files of pairs are called; nil for all that the run has compared.
    public let pairs: [String]?
    /// Raw tokens of the draw, rounded up to whole rows; nil: 100,000, or all that there are.
    public let tokens: TokenBudget?
    /// Threads, memory, progress, a way to be stopped.
    public let context: JobContext
    /// Tokens after which counts are kept, or a row for each thread: what a stop costs at most.
    var batchTokens = 16_384

    /// A measurement of a run.
    public init(folder: RunFolder, pairs: [String]? = nil, tokens: TokenBudget? = nil, context: JobContext) {
        (self.folder, self.pairs, self.tokens, self.context) = (folder, pairs, tokens, context)
    }

    /// Counts what is missing, and writes the table.
    ///
    /// - Returns: all that is known now; a pair that was counted over more tokens before has those.
    /// - Throws: `PipelineError.planMissing`, `.columnsNotNeurons`, `.resultsMissing`, `.noSuchPair`, `.fewerTokensThanAsked`,
    ///   `.modelNotReachable`, `.modelChanged`, `.corpusChanged`, `.stopped`; `StorageError.locked` while another process counts; errors of
    ///   the models and the disk.
    public func run() throws -> FiringOutcome {
        let plan = try RunPlan.read(folder.plan)
        try plan.checkNeurons(for: "tokens at which something fires", in: folder)
        let rows = try RowBatches.rows(of: plan, tokens: tokens, in: folder)
        let results = try RunResults(folder)
        let names = results.pairs.map { "\($0.earlier)-\($0.later)" }
        if let unknown = pairs?.first(where: { !names.contains($0) }) {
            throw PipelineError.noSuchPair(pair: unknown, folder: folder.path, pairs: names)
        }
        let compared = try results.pairs.map { try FiringPair($0.earlier, $0.later, of: plan, in: folder) }
        let isUniversal = Dictionary(
            try compared.map { ($0.earlier.id, try universal(of: $0.earlier, results)) }, uniquingKeysWith: { first, _ in first })
        try results.checkUnchanged()
        let corpus = try plan.openCorpus(in: folder, hashingRows: true)
        try context.files.createFolder(folder.firingParts)
        let lock = try FolderLock(folder.firingParts)
        try UnfinishedFiles.remove(in: [folder.firingParts], on: context.files)
        let chosen = compared.filter { pairs?.contains($0.name) != false }
        let parts = try chosen.map { try part(of: $0, plan) ?? FiringPart(of: $0.partners) }
        context.progress.begin(
            ProgressStage(
                "counting tokens", unit: .rows, total: chosen.count * rows, completed: parts.reduce(0) { $0 + min(rows, $1.rows) }))
        defer { context.progress.end() }
        for (pair, part) in zip(chosen, parts) where part.rows < rows {
            try count(pair, from: part, rows: rows, of: plan, in: corpus, lock: lock)
        }
        let found = try compared.compactMap { pair in try part(of: pair, plan).map { (pair: pair, part: $0) } }
        let counted = found.map { pair, part in
            FiringTable.Pair(name: pair.name, partners: pair.partners, correlations: pair.correlations, counts: part.counts)
        }
        try lock.check()
        try FiringTable(counted).write(to: folder.firing, on: context.files)
        return FiringOutcome(
            table: folder.firing.string, askedTokens: rows * corpus.context,
            pairs: zip(found, counted).map { found, counted in
                .init(
                    counted, readTokens: found.part.rows * corpus.context, isAsked: pairs?.contains(counted.name) != false,
                    isUniversal: isUniversal[found.pair.earlier.id] ?? nil)
            }, incomplete: results.summary.incomplete)
    }

    /// Which neurons of a model are universal; nil for one that others are not judged against.
    private func universal(of model: PlannedModel, _ results: RunResults) throws -> [Bool]? {
        guard results.summary.modelGroups.contains(where: { $0.first == model.id }) else { return nil }
        let cells = try results.table(of: model.id).cells(of: "universal")
        return cells?.count == model.layers * model.mlpWidth ? cells?.map { $0 == "1" } : nil
    }

    private func path(of pair: FiringPair) -> FilePath { folder.firingParts.appending("\(pair.name).npz") }

    /// What is counted of a pair; nil for nothing, and for a file that cannot be read.
    private func part(of pair: FiringPair, _ plan: RunPlan) throws -> FiringPart? {
        do {
            return try FiringPart(path(of: pair), of: pair.partners, in: plan)
        } catch StorageError.corrupt(let path, _, let problem) {
            context.logger.notice("\(path) is left out, and made anew when it is asked for: \(problem)")
            return nil
        }
    }

    /// Counts the rows of a pair that are missing.
    private func count(
        _ pair: FiringPair, from counted: FiringPart, rows: Int, of plan: RunPlan, in corpus: PackedCorpus, lock: FolderLock
    ) throws {
        let finder = ModelFinder(context: context)
        let (folder, otherFolder) = (try finder.open(pair.earlier, of: plan), try finder.open(pair.later, of: plan))
        // Layers behind the last partner are not loaded.
        let (last, otherLast) = (pair.partners.layers - 1, pair.partners.lastOtherLayer ?? 0)
        let model = try TransformerModel(id: pair.earlier.id, folder: folder, team: context.team)
        let other = try TransformerModel(id: pair.later.id, folder: otherFolder, throughLayer: otherLast, team: context.team)
        let (partners, length) = (pair.partners, corpus.context)
        let team = context.team(
            beside: model.shape.weightBytes(through: last) + other.shape.weightBytes(through: otherLast),
            each: model.shape.workspaceBytes(context: length) + other.shape.workspaceBytes(context: length)
                + FiringTally.bytes(partners, context: length))
        let pool = WorkspacePool(threads: team.count, sources: [model, other], context: length)
        let tallies = (0..<team.count).map { _ in FiringTally(partners, context: length) }
        let isCounted = TokenMask(ids: plan.numbers.corpus.mask).countedTable(vocabularySize: plan.numbers.corpus.vocabulary)
        let draw = Draw(seed: plan.numbers.corpus.seed, rows: plan.numbers.corpus.rows)
        let size = max(team.count, batchTokens / length, 1)
        let (progress, stop) = (context.progress, context.stop)
        var part = counted
        while part.rows < rows {
            let batch = (part.rows..<min(part.rows + size, rows)).map(draw.row(at:))
            try team.forEach(batch.count) { item, thread in
                try stop.check()
                let (tokens, tally) = (corpus.tokens(ofRow: batch[item]), tallies[thread])
                tally.begin(at: tokens.indices.filter { isCounted[Int(tokens[$0])] }.map { Int32(truncatingIfNeeded: $0) })
                try tokens.withUnsafeBufferPointer { tokens in
                    let row = TokenRow(index: batch[item], domain: corpus.domain(ofRow: batch[item]), tokens: tokens)
                    try model.activations(
                        of: row, through: last, workspace: pool.workspace(thread: thread, source: 0), deliver: tally.take(layer:_:))
                    try other.activations(
                        of: row, through: otherLast, workspace: pool.workspace(thread: thread, source: 1), deliver: tally.compare(layer:_:))
                }
                progress.advance(by: 1)
            }
            corpus.forgetPages()
            part.add(tallies.map { $0.handOver() }, rows: batch.count)
            try lock.check()
            try part.write(to: path(of: pair), of: partners, in: plan, on: context.files)
        }
    }
}
