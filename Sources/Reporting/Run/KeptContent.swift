import Pipeline
import Storage

/// What a report shows of an analysis, before what was measured since is added: kept in the run's folder, so that a report of the same results
/// can be written without analysing them again.
struct KeptContent: Codable {
    /// Raised with every change of what the content has.
    static let currentFormat = 1

    var format = Self.currentFormat
    /// The results that it is of.
    let origin: Digest
    /// What texts of examples came from: the tokenizer and the corpus, where they were there.
    let texts: [Digest?]
    let content: ReportContent

    /// Reads what is kept of some results.
    ///
    /// - Returns: nil where nothing is, or of other results or texts: then they are to be analysed.
    static func read(in folder: RunFolder, of origin: Digest, texts: [Digest?]) -> ReportContent? {
        let path = folder.reportContent
        guard Folder.holdsFile(path), let reader = try? ZstdReader(path) else { return nil }
        var bytes: [UInt8] = []
        while let piece = try? reader.read(upTo: 1 << 20), !piece.isEmpty { bytes += piece }
        guard let kept = try? bytes.withUnsafeBytes({ try JSONFile.decode(KeptContent.self, from: $0, of: path) }),
            kept.format == currentFormat, kept.origin == origin, kept.texts == texts
        else { return nil }
        return kept.content
    }

    /// Writes it.
    ///
    /// - Throws: a `StorageError`.
    func write(in folder: RunFolder, on files: some FileLayer) throws {
        let path = folder.reportContent
        try DurableFile.replace(path, with: try Zstd.compress(JSONFile.encode(self, for: path, isPretty: false)), on: files)
    }
}
