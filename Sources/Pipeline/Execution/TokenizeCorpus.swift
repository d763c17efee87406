import Checkpoints
import Corpus
import Storage
import SystemPackage

/// Packs the corpus of a configuration: exactly the rows that a run uses.
public struct TokenizeCorpus {
    /// Names the corpus, its tokenizer, and how rows are made.
    public let configuration: CorpusConfiguration
    /// Gets `tokens.npy` [rows, context], `domains.npy` [rows] and `corpus.json`.
    public let folder: FilePath
    /// Threads, progress, a way to be stopped.
    public let context: JobContext

    /// A job that packs a configuration's corpus into a folder.
    public init(configuration: CorpusConfiguration, folder: FilePath, context: JobContext) {
        self.configuration = configuration
        self.folder = folder
        self.context = context
    }

    /// Packs the corpus, or finds it packed.
    ///
    /// - Throws: `CorpusError`, `StorageError`, `PipelineError.stopped`; the folder then holds no complete corpus.
    public func run() throws -> PackedCorpus { try run(tokenizer: configuration.loadTokenizer(in: context.hubCache)) }

    /// What the folder holds already of this corpus; nil where it has to be packed.
    func packed(tokenizer: Tokenizer?) throws -> PackedCorpus? {
        packing.packed(try configuration.source(), tokenizer: tokenizer, in: folder)
    }

    /// Packs the corpus with a tokenizer that is loaded already.
    func run(tokenizer: Tokenizer?) throws -> PackedCorpus {
        try configuration.check(output: folder)
        let source = try configuration.source()
        if let packed = packing.packed(source, tokenizer: tokenizer, in: folder) { return packed }
        // Nobody knows how long a text is before it is decompressed.
        let stage = source.isCompressed ? "tokenising compressed text" : "tokenising"
        context.progress.begin(ProgressStage(stage, unit: .bytes, total: source.byteCount))
        defer { context.progress.end() }
        var done = 0
        return try packing.pack(source, tokenizer: tokenizer, into: folder, team: context.team, on: context.files) { progress in
            context.progress.advance(by: progress.bytesDone - done)
            done = progress.bytesDone
            try context.stop.check()
        }
    }

    private var packing: CorpusPacking {
        CorpusPacking(
            context: configuration.context, minimumCharacters: configuration.minimumCharacters, separator: configuration.separator)
    }
}

extension CorpusConfiguration {
    /// What a tagger says of the packed corpus; nil where no tagger was asked.
    ///
    /// - Throws: `CorpusError` where the labels are not those of the corpus, or cannot be used; a `StorageError`, `PipelineError.stopped`.
    func loadLabels(of corpus: PackedCorpus, context: JobContext) throws -> LabelFile? {
        guard let labels else { return nil }
        context.logger.info("reading the labels \(labels)")
        let file = try LabelFile(labels)
        try file.check(against: corpus) { try context.stop.check() }
        return file
    }

    /// The corpus's files.
    ///
    /// - Throws: `CorpusError`.
    func source() throws -> CorpusSource { try CorpusSource(path, fields: fields) }

    /// Loads the tokenizer; nil where token ids do without.
    ///
    /// - Throws: `CorpusError`; `CheckpointError.hub`.
    func loadTokenizer(in cache: HubCache) throws -> Tokenizer? {
        try tokenizerFolder(in: cache).map { try Tokenizer(folder: $0, matchesSpecialTokens: specialTokens) }
    }
}
