/// The tokens of the documents in one piece of a corpus; memory that is used again from batch to batch.
final class PieceTokens {
    struct Span {
        /// Index into `domains`.
        let domain: Int
        /// Where the document's tokens end.
        let end: Int
    }

    var tokens = TokenBuffer()
    var spans: [Span] = []
    var domains: [[UInt8]] = []
    /// Documents in the piece, with those that were too short.
    var documents = 0
    /// Scratch: the text of one document.
    var text: [UInt8] = []

    /// Parses and encodes a piece.
    func fill(
        from piece: SourceBatch.Piece, in bytes: UnsafeBufferPointer<UInt8>, parser: DocumentParser, minimumCharacters: Int,
        separator: Int32?, encoder: TokenEncoder
    ) throws {
        tokens.removeAll()
        spans.removeAll(keepingCapacity: true)
        domains.removeAll(keepingCapacity: true)
        documents = 0
        try parser.forEachDocument(of: piece, in: bytes, text: &text) { text, scalars, domain in
            documents += 1
            guard scalars > minimumCharacters else { return }
            text.withUnsafeBufferPointer { encoder.encode($0, into: &tokens) }
            if let separator { tokens.append(separator) }
            spans.append(Span(domain: index(of: domain), end: tokens.count))
        }
    }

    private func index(of domain: [UInt8]) -> Int {
        // Neighbours are mostly of the same domain, and a piece holds few.
        if let index = domains.lastIndex(of: domain) { return index }
        domains.append(domain)
        return domains.count - 1
    }
}
