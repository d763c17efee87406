/// One text of a corpus.
public struct Document: Sendable, Equatable {
    /// The text; what was ill-formed UTF-8 is U+FFFD.
    public let text: String
    /// Which part of the corpus it belongs to.
    public let domain: String
}

extension CorpusSource {
    /// Calls `body` with each document in order, however short it is; the corpus is streamed.
    ///
    /// - Throws: A `CorpusError`, or what `body` throws. Token ids have no documents: `CorpusError.unknownFormat`.
    public func forEachDocument(_ body: (Document) throws -> Void) throws {
        guard kind != .tokenRows else { throw CorpusError.unknownFormat(path: path.string) }
        let reader = SourceReader(self)
        let parser = DocumentParser(source: self)
        var text: [UInt8] = []
        while let batch = try reader.next() {
            try batch.bytes.withUnsafeBufferPointer { bytes in
                for piece in batch.pieces {
                    try parser.forEachDocument(of: piece, in: bytes, text: &text) { text, _, domain in
                        try body(Document(text: String(decoding: text, as: UTF8.self), domain: String(decoding: domain, as: UTF8.self)))
                    }
                }
            }
        }
    }
}
