import Kernels
import Storage
import SystemPackage

/// How a corpus becomes rows of tokens (SPEC section 1).
///
/// The documents of a domain, in the order of the files, are one stream of tokens. It is cut into bodies of `context - 1` tokens; a row is
/// `<|endoftext|>` and a body. A domain's last incomplete row is dropped. Rows are written in the order in which they are completed.
public struct CorpusPacking: Sendable, Hashable, Codable {
    /// Tokens a row, 2 or more; nil for token ids, which bring their own; if it is given for them all the same, it must agree.
    public var context: Int?
    /// Documents of more Unicode scalars than this are taken.
    public var minimumCharacters: Int
    /// What stands between documents.
    public var separator: Separator

    /// Rows of `context` tokens from documents of more than `minimumCharacters` Unicode scalars.
    public init(context: Int?, minimumCharacters: Int = 50, separator: Separator = .eot) {
        self.context = context
        self.minimumCharacters = minimumCharacters
        self.separator = separator
    }

    /// A file that was changed this shortly before it was read could be changed again without a new time stamp: clocks of file systems
    /// tick every few milliseconds.
    private static let settlingTime: Int64 = 100_000_000

    /// The rows that `folder` holds already, if they are those that `pack` would make; nil otherwise.
    ///
    /// They are when the same files (by path, size, times and number) were read with the same settings and the same tokenizer, and the rows
    /// still have the digest that was recorded.
    public func packed(_ source: CorpusSource, tokenizer: Tokenizer?, in folder: FilePath) -> PackedCorpus? {
        guard let record = try? PackedCorpus.record(in: folder),
            record.origin == origin(of: source, tokenizer),
            case (let settled, let isImpossible) = record.began.subtractingReportingOverflow(Self.settlingTime), !isImpossible,
            source.files.allSatisfy({ max($0.changed, $0.modified) < settled })
        else { return nil }
        guard let packed = try? PackedCorpus(folder, record, hashingRows: true), packed.digest == record.digest else { return nil }
        return packed
    }

    /// Packs a corpus into a folder, or finds it there from before.
    ///
    /// - Parameters:
    ///   - tokenizer: needed for text; for token ids it checks them.
    ///   - folder: is created where missing; whatever packed corpus it holds is replaced.
    ///   - team: parses and encodes; the rows do not depend on its size.
    ///   - progress: called after every few megabytes; what it throws ends the packing.
    /// - Throws: a `CorpusError`, a `StorageError`, or what `progress` throws. The folder then holds no complete corpus.
    public func pack(
        _ source: CorpusSource, tokenizer: Tokenizer?, into folder: FilePath, team: ThreadTeam, on files: some FileLayer = LocalFiles(),
        progress: (PackingProgress) throws -> Void = { _ in }
    ) throws -> PackedCorpus {
        if let packed = packed(source, tokenizer: tokenizer, in: folder) { return packed }
        if let context, context < 2 { throw CorpusError.contextTooShort(context: context) }
        if source.kind == .tokenRows { return try packTokenRows(source, tokenizer, into: folder, on: files, progress) }
        guard let tokenizer else { throw CorpusError.tokenizerNeeded(path: source.path.string) }
        return try packText(source, tokenizer, into: folder, team, on: files, progress)
    }

    private func origin(of source: CorpusSource, _ tokenizer: Tokenizer?) -> PackedCorpusRecord.Origin {
        PackedCorpusRecord.Origin(
            path: source.path.string, kind: source.kind, files: source.files, packing: self, tokenizer: tokenizer?.digest,
            fields: source.fields == .pile ? nil : source.fields)
    }

    private func packText(
        _ source: CorpusSource, _ tokenizer: Tokenizer, into folder: FilePath, _ team: ThreadTeam, on files: some FileLayer,
        _ progress: (PackingProgress) throws -> Void
    ) throws -> PackedCorpus {
        guard let context else { throw CorpusError.contextTooShort(context: 0) }
        let began = WallClock.nanoseconds()
        let tokenizing = CorpusTokenizing(
            source: source, tokenizer: tokenizer, minimumCharacters: minimumCharacters,
            separator: separator == .eot ? tokenizer.endOfText : nil, team: team)
        let writer = PackedCorpusWriter(folder: folder, context: context, vocabularySize: tokenizer.vocabularySize)
        return try writer.write(on: files) { emit in
            var packer = RowPacker(context: context, beginningOfRow: tokenizer.endOfText)
            var seen = 0
            var taken = 0
            var tokens = 0
            var rows = 0
            try tokenizing.forEachDocument { domain, ids in
                let number = packer.number(of: domain)
                guard number < Int(UInt16.max) else {
                    throw CorpusError.tooManyDomains(path: source.path.string, limit: Int(UInt16.max))
                }
                packer.countDocument(in: number)
                taken += 1
                tokens += ids.count
                try packer.append(ids, to: number) { row in
                    rows += 1
                    try emit(row, number)
                }
            } batchDone: { documents, bytes in
                seen += documents
                try progress(
                    PackingProgress(bytesDone: bytes, bytesTotal: source.byteCount, documents: seen, tokens: tokens, rows: rows))
            }
            guard taken > 0 else {
                throw CorpusError.emptyCorpus(path: source.path.string, documents: seen, minimumCharacters: minimumCharacters)
            }
            guard rows > 0 else { throw CorpusError.noCompleteRow(path: source.path.string, tokens: tokens, context: context) }
            for file in source.files { try file.checkUnchanged() }
            return PackedCorpusWriter.Summary(
                domains: packer.domains.map { (String(decoding: $0.name, as: UTF8.self), $0.documents, $0.tokens) },
                beginningOfRow: tokenizer.endOfText, documents: taken, documentsTooShort: seen - taken,
                origin: origin(of: source, tokenizer), began: began)
        }
    }

    private func packTokenRows(
        _ source: CorpusSource, _ tokenizer: Tokenizer?, into folder: FilePath, on files: some FileLayer,
        _ progress: (PackingProgress) throws -> Void
    ) throws -> PackedCorpus {
        let began = WallClock.nanoseconds()
        let array = try TokenRows(source.path, context: context)
        let sidecar = try TokenRowDomains(of: source.path, rows: array.count)
        let (highest, beginning) = try array.check(vocabularySize: tokenizer?.vocabularySize)
        let vocabularySize = tokenizer?.vocabularySize ?? Int(highest) + 1
        let writer = PackedCorpusWriter(folder: folder, context: array.context, vocabularySize: vocabularySize)
        return try writer.write(on: files) { emit in
            var rows = [Int](repeating: 0, count: sidecar.names.count)
            try array.readRows { row, ids in
                let domain = Int(sidecar.domains[row])
                rows[domain] += 1
                try emit(ids, domain)
            }
            for file in source.files { try file.checkUnchanged() }
            let bytes = source.byteCount
            try progress(
                PackingProgress(
                    bytesDone: bytes, bytesTotal: bytes, documents: 0, tokens: array.count * array.context, rows: array.count))
            return PackedCorpusWriter.Summary(
                domains: zip(sidecar.names, rows).map { ($0, 0, $1 * array.context) }, beginningOfRow: beginning, documents: 0,
                documentsTooShort: 0, origin: origin(of: source, tokenizer), began: began)
        }
    }
}
