import Analysis
import Corpus
import Diagnostics
import Kernels
import Models
import Statistics
import Storage
import SystemPackage

/// Measures what neurons do to the attention of later heads, by ablating the paths between them over rows of a run's corpus (SPEC 8).
///
/// Rows are taken in the order of the run's draw, and a file of samples is written for each batch of them: a job that was stopped goes on
/// behind the last whole one, and one over more tokens begins with those that are there. The numbers are the same on any number of threads.
public struct PathAblationJob {
    /// The run.
    public let folder: RunFolder
    /// What is to be measured.
    public let request: PathAblationRequest
    /// Threads, progress, a way to be stopped.
    public let context: JobContext

    /// A job for a run.
    public init(folder: RunFolder, request: PathAblationRequest, context: JobContext) {
        self.folder = folder
        self.request = request
        self.context = context
    }

    /// Measures the paths.
    ///
    /// - Returns: what was found, which is written to `result.json` beside the samples too.
    /// - Throws: `PipelineError.planMissing`, `.columnsNotNeurons`, `.modelNotReachable`, `.modelChanged`, `.corpusChanged`,
    ///   `.noBeginningOfRow`, `.rowsTooShort`, `.noSuchNeuron`, `.noSuchHead`, `.noHeadAfterNeuron`, `.noNeuronBeforeHead`,
    ///   `.fewerTokensThanAsked`, `.stopped`; `StorageError.locked` while another job measures the same paths; errors of the model and the disk.
    public func run() throws -> PathAblationReport {
        let plan = try RunPlan.read(folder.plan)
        try plan.checkNeurons(for: "paths to attention heads", in: folder)
        let reference = plan.numbers.models[0]
        let corpus = try plan.openCorpus(in: folder, hashingRows: true)
        guard let token = corpus.beginningOfRow else { throw PipelineError.noBeginningOfRow(corpus: folder.corpus) }
        let first = PathAblation.usualFirst
        guard corpus.context > first else {
            throw PipelineError.rowsTooShort(corpus: folder.corpus, context: corpus.context, needed: first + 1)
        }
        let length = min(PathAblation.usualContext, corpus.context)
        let rows = try rows(of: corpus, length: length, seed: plan.numbers.corpus.seed)
        let model = try ModelFinder(context: context).open(reference, of: plan)
        let chosen = try PathChoice(model: reference.id, weights: ProcessedWeights(model), token: Int(token), context: context)
            .paths(request)
        let settings = PathAblationSettings(
            model: reference.digest, corpus: corpus.digest, seed: plan.numbers.corpus.seed, kernels: OpenBLAS.coreName,
            context: length, first: first, batch: PathAblationSettings.usualBatch,
            pairs: chosen.map(\.pair))
        let ablation = try PathAblation(settings.pairs, from: first, model: model, id: reference.id, team: context.team)
        let place = try settings.folder(of: folder)
        try context.files.createFolder(folder.pathAblations)
        try context.files.createFolder(place)
        let lock = try FolderLock(place)
        try UnfinishedFiles.remove(in: [place], on: context.files)
        try lock.check()
        try JSONFile.write(settings, to: place.appending("settings.json"), on: context.files)
        try compute(rows, of: corpus, by: ablation, settings, in: place, lock: lock)
        let report = PathAblationReport(
            model: reference.id, tokens: rows.count * settings.context, rows: rows.count, context: settings.context, first: first,
            paths: try summed(chosen, rows: rows.count, settings, batches: batches(of: rows, settings).count, in: place),
            folder: place.string)
        try lock.check()
        try JSONFile.write(report, to: place.appending("result.json"), on: context.files)
        return report
    }

    /// The rows that are read, in the order of the draw: whole batches, as far as the corpus reaches.
    ///
    /// - Parameter length: tokens of a row that are read.
    private func rows(of corpus: PackedCorpus, length: Int, seed: UInt64) throws -> [Int] {
        // No corpus has as many rows as would overflow.
        func rows(_ tokens: Int) -> Int { (max(1, tokens) - 1) / length + 1 }
        let asked: Int
        switch request.tokens {
        case nil: asked = min(rows(PathAblationRequest.usualTokens), corpus.rowCount)
        case .all: asked = corpus.rowCount
        case .tokens(let count):
            asked = rows(count)
            guard asked <= corpus.rowCount else {
                throw PipelineError.fewerTokensThanAsked(corpus: folder.corpus, asked: count, rows: corpus.rowCount, context: length)
            }
        }
        let batch = PathAblationSettings.usualBatch
        let draw = Draw(seed: seed, rows: corpus.rowCount)
        return (0..<min(corpus.rowCount, (asked + batch - 1) / batch * batch)).map { draw.row(at: $0) }
    }

    private func batches(of rows: [Int], _ settings: PathAblationSettings) -> [[Int]] {
        stride(from: 0, to: rows.count, by: settings.batch).map { Array(rows[$0..<min($0 + settings.batch, rows.count)]) }
    }

    /// Computes the batches that are not there.
    private func compute(
        _ rows: [Int], of corpus: PackedCorpus, by ablation: PathAblation, _ settings: PathAblationSettings, in place: FilePath,
        lock: FolderLock
    ) throws {
        let batches = batches(of: rows, settings)
        let missing = try batches.indices.filter { try !isThere(PathSampleFile(batch: $0, in: place), paths: settings.pairs.count) }
        guard !missing.isEmpty else { return context.logger.info("all rows are measured already") }
        let done = rows.count - missing.reduce(0) { $0 + batches[$1].count }
        // A batch row by row, path by path, and as it is written.
        let batchBytes = PathSampleFile.bytes(paths: settings.pairs.count, samples: settings.batch * (settings.context - settings.first))
        let team = context.team(beside: ablation.byteCount + 3 * batchBytes, each: ablation.workspaceBytes(context: settings.context))
        let workspaces = try (0..<team.count).map { _ in try ablation.makeWorkspace(context: settings.context) }
        let (progress, stop) = (context.progress, context.stop)
        progress.begin(ProgressStage("ablating paths", unit: .rows, total: rows.count, completed: done))
        defer { progress.end() }
        for batch in missing {
            let rows = batches[batch]
            let tokens = rows.map { Array(corpus.tokens(ofRow: $0).prefix(settings.context)) }
            corpus.forgetPages()
            let samples = try team.map(rows.count) { row, thread in
                try stop.check()
                defer { progress.advance(by: 1) }
                return try tokens[row].withUnsafeBufferPointer { tokens in
                    try ablation.samples(of: TokenRow(index: rows[row], domain: 0, tokens: tokens), workspace: workspaces[thread])
                }
            }
            try lock.check()
            try PathSampleFile(batch: batch, in: place).write(
                settings.pairs.indices.map { path in samples.reduce(into: PathSamples()) { $0.append($1[path]) } }, on: context.files)
        }
    }

    /// Whether a batch need not be computed again.
    private func isThere(_ file: PathSampleFile, paths: Int) throws -> Bool {
        guard Folder.holdsFile(file.path) else { return false }
        do {
            _ = try file.read(of: paths)
            return true
        } catch let error as any DiagnosedError where error.exitStatus == .dataError {
            context.logger.warning("\(file.path) cannot be used and is computed again: \(error)")
            return false
        }
    }

    /// Bytes that the samples of the paths that are summed together may take where no memory is said.
    private static let sampleBytes = 256 << 20

    /// What was found over all batches, some paths at a time: half of the memory is for their samples, which grow by doubling.
    private func summed(
        _ chosen: [AttentionNeuron], rows: Int, _ settings: PathAblationSettings, batches: Int, in place: FilePath
    ) throws -> [PathAblationFinding] {
        let bytes = PathSampleFile.bytes(paths: 1, samples: rows * (settings.context - settings.first))
        let room = context.memory.map { min(Self.sampleBytes, $0 / 2) } ?? Self.sampleBytes
        if let memory = context.memory, bytes > memory / 2 {
            context.logger.warning("\(2 * bytes >> 20) MiB are needed to sum up a path; \(memory >> 20) MiB were offered")
        }
        let together = max(1, room / max(1, bytes))
        return try stride(from: 0, to: chosen.count, by: together).flatMap { first in
            let paths = first..<min(first + together, chosen.count)
            var samples = [PathSamples](repeating: PathSamples(), count: paths.count)
            for batch in 0..<batches {
                try context.stop.check()
                let found = try PathSampleFile(batch: batch, in: place).read(paths, of: chosen.count)
                for (index, own) in found.enumerated() { samples[index].append(own) }
            }
            return paths.map { PathAblationFinding(chosen[$0].pair, score: chosen[$0].score, samples[$0 - first]) }
        }
    }
}
