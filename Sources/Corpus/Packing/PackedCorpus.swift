import Storage
import SystemPackage

/// The packed rows of a corpus, memory-mapped: a folder with `tokens.npy` [rows, context] (uint16, or int32 for vocabularies above 65,536),
/// `domains.npy` [rows] uint16 and `corpus.json`.
public final class PackedCorpus: Sendable {
    static let tokensName = "tokens.npy"
    static let domainsName = "domains.npy"
    static let recordName = "corpus.json"

    /// What is known of one domain.
    public struct Domain: Sendable, Equatable {
        /// Its name.
        public let name: String
        /// Documents that were long enough.
        public let documents: Int
        /// Tokens of its stream: text and separators, with those of the last incomplete row.
        public let tokens: Int
        /// Complete rows.
        public let rows: Int
    }

    /// The folder that it lies in.
    public let folder: FilePath
    /// Tokens a row, with the one that begins it.
    public let context: Int
    /// How many rows there are.
    public let rowCount: Int
    /// The domains' names, sorted by their UTF-8; a row's domain is an index into them.
    public let domains: [String]
    /// Counts by domain, in the order of `domains`.
    public let domainCounts: [Domain]
    /// SHA-256 over tokens, domains and domain names: the same for the same rows wherever they came from. Of the rows as they are where
    /// they were hashed on opening, else as `corpus.json` records it.
    public let digest: Digest
    /// Documents that were long enough.
    public let documents: Int
    /// Documents that were read and left out.
    public let documentsTooShort: Int
    /// One more than the highest id that can occur.
    public let vocabularySize: Int
    /// The id that every row begins with; nil for arrays of token ids whose rows begin differently.
    public let beginningOfRow: Int32?

    /// More documents, tokens or rows than any corpus has; sums of such counts stay far below what 64 bits hold.
    private static let countLimit = 1 << 48

    /// Rows, anywhere in the corpus, that are read before their memory is given back. Around each of them Linux maps what it has cached of the
    /// file, up to 2 MiB: some thousands of rows would be all of a corpus of 1B tokens.
    public static let rowsAtOnce = 8

    /// Domains that are read one after the other before their memory is given back: 1 MiB.
    private static let domainsAtOnce = 1 << 19

    private let tokens: IntegerRows
    private let domainArray: NumpyArray
    /// Into the mapped array above, which lives as long as this object.
    private nonisolated(unsafe) let domainNumbers: UnsafePointer<UInt16>

    /// Opens a packed folder. Every id is looked at once: whoever reads rows may index by them.
    ///
    /// - Parameter hashingRows: whether to hash the rows in the same pass, so that `digest` tells what they are and not what was recorded:
    ///   for whoever computes with them.
    /// - Throws: `CorpusError.brokenPackedCorpus` when a file is missing, they contradict each other, or an id or a count is impossible;
    ///   a `StorageError`.
    public static func open(_ folder: FilePath, hashingRows: Bool = false) throws -> PackedCorpus {
        try PackedCorpus(folder, try record(in: folder), hashingRows: hashingRows)
    }

    /// The content hash of the tokenizer that a folder's rows were packed with; nil where they were token ids and there was none.
    ///
    /// - Throws: a `CorpusError` or `StorageError` where `corpus.json` is missing or damaged.
    public static func tokenizerDigest(in folder: FilePath) throws -> Digest? { try record(in: folder).origin.tokenizer }

    /// What the folder's `corpus.json` says.
    static func record(in folder: FilePath) throws -> PackedCorpusRecord {
        let path = folder.appending(recordName)
        guard Folder.holdsFile(path) else {
            throw CorpusError.brokenPackedCorpus(path: folder.string, reason: "it has no \(recordName)")
        }
        let record = try JSONFile.read(PackedCorpusRecord.self, from: path)
        guard record.format == PackedCorpusRecord.format else {
            throw CorpusError.brokenPackedCorpus(path: folder.string, reason: "its format is \"\(record.format)\"")
        }
        return record
    }

    init(_ folder: FilePath, _ record: PackedCorpusRecord, hashingRows: Bool = false) throws {
        func broken(_ reason: String) -> CorpusError { .brokenPackedCorpus(path: folder.string, reason: reason) }
        guard (1...TokenizerDefinition.idLimit).contains(record.vocabularySize) else {
            throw broken("\(Self.recordName) names a vocabulary of \(record.vocabularySize)")
        }
        let counts = [record.documents, record.documentsTooShort] + record.domains.flatMap { [$0.documents, $0.tokens, $0.rows] }
        if let count = counts.first(where: { !(0...Self.countLimit).contains($0) }) {
            throw broken("\(Self.recordName) counts \(count) documents, tokens or rows")
        }
        if let id = record.beginningOfRow, !(0..<record.vocabularySize).contains(Int(id)) {
            throw broken("rows begin with \(id) in a vocabulary of \(record.vocabularySize)")
        }
        let tokenArray = try NumpyArray(mapping: folder.appending(Self.tokensName))
        domainArray = try NumpyArray(mapping: folder.appending(Self.domainsName))
        guard tokenArray.shape == [record.rows, record.context], record.rows > 0, record.context > 0 else {
            throw broken("\(Self.tokensName) has shape \(tokenArray.shape) in place of [\(record.rows), \(record.context)]")
        }
        guard domainArray.shape == [record.rows], domainArray.dtype == .uint16, let domainBase = domainArray.bytes.baseAddress else {
            throw broken("\(Self.domainsName) is \(domainArray.dtype.name) \(domainArray.shape)")
        }
        guard let tokens = IntegerRows(tokenArray) else { throw broken("\(Self.tokensName) holds \(tokenArray.dtype.name)") }
        self.tokens = tokens
        domainNumbers = domainBase.assumingMemoryBound(to: UInt16.self)
        var found = hashingRows ? CorpusDigest() : nil
        if let place = tokens.firstNumber(outside: record.vocabularySize, hashing: &found) {
            throw broken(
                "row \(place.row), column \(place.column) has the token \(place.number), "
                    + "which is outside the vocabulary of \(record.vocabularySize)")
        }
        for start in stride(from: 0, to: record.rows, by: Self.domainsAtOnce) {
            let rows = start..<min(start + Self.domainsAtOnce, record.rows)
            for row in rows where Int(domainNumbers[row]) >= record.domains.count {
                throw broken("row \(row) has domain \(domainNumbers[row]) of \(record.domains.count)")
            }
            found?.update(domains: UnsafeBufferPointer(start: domainNumbers + start, count: rows.count))
            domainArray.forgetPages()
        }
        self.folder = folder
        context = record.context
        rowCount = record.rows
        domains = record.domains.map(\.name)
        digest = found?.finalize(context: record.context, names: domains) ?? record.digest
        domainCounts = record.domains.map { Domain(name: $0.name, documents: $0.documents, tokens: $0.tokens, rows: $0.rows) }
        documents = record.documents
        documentsTooShort = record.documentsTooShort
        vocabularySize = record.vocabularySize
        beginningOfRow = record.beginningOfRow
        forgetPages()
    }

    /// Gives back the memory of the rows that were read; they are read again from the file when they are asked for next. A corpus of 100M
    /// tokens takes 200 MB, and a shard needs a few thousandths of it.
    ///
    /// Whoever reads rows here and there calls it after every `rowsAtOnce` of them.
    public func forgetPages() {
        tokens.forgetPages()
        domainArray.forgetPages()
    }

    /// Copies the ids of a row.
    ///
    /// - Parameter target: `context` ids.
    @inline(__always)
    public func tokens(ofRow row: Int, into target: UnsafeMutablePointer<Int32>) {
        precondition((0..<rowCount).contains(row), "a row outside the corpus")
        tokens.copy(row: row, into: target)
    }

    /// The ids of a row.
    public func tokens(ofRow row: Int) -> [Int32] {
        precondition((0..<rowCount).contains(row), "a row outside the corpus")
        return tokens.row(row)
    }

    /// The domain of a row, an index into `domains`.
    public func domain(ofRow row: Int) -> Int {
        precondition((0..<rowCount).contains(row), "a row outside the corpus")
        return Int(domainNumbers[row])
    }

    /// Where the first id lies that a vocabulary of some size does not hold; nil where it holds all.
    public func firstToken(outsideVocabularyOf size: Int) -> (row: Int, column: Int, id: Int32)? {
        // All ids were seen to lie below `vocabularySize` when the corpus was opened.
        var unhashed: CorpusDigest?
        guard vocabularySize > size, let place = tokens.firstNumber(outside: size, hashing: &unhashed) else { return nil }
        return (place.row, place.column, place.number)
    }

    /// How many tokens of all rows a mask leaves.
    public func countedTokens(_ mask: TokenMask) -> Int {
        let counted = mask.countedTable(vocabularySize: vocabularySize)
        defer { forgetPages() }
        var row = [Int32](repeating: 0, count: context)
        var total = 0
        let rows = tokens.rowsOfPiece
        for index in 0..<rowCount {
            if index % rows == 0 { forgetPages() }
            row.withUnsafeMutableBufferPointer { buffer in
                if let base = buffer.baseAddress { tokens(ofRow: index, into: base) }
            }
            for id in row where counted.indices.contains(Int(id)) && counted[Int(id)] { total += 1 }
        }
        return total
    }
}
