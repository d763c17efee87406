import Kernels

/// Encodes a corpus of text on a team of threads, batch by batch, and hands the documents on in their order.
struct CorpusTokenizing {
    let source: CorpusSource
    let tokenizer: Tokenizer
    let minimumCharacters: Int
    /// Appended to each document; nil for nothing.
    let separator: Int32?
    let team: ThreadTeam

    /// What each thread writes to alone while a batch is encoded.
    private struct Scratch: @unchecked Sendable {
        let encoders: [TokenEncoder]
        let pieces: [PieceTokens]
    }

    /// A batch that threads read from.
    private struct Content: @unchecked Sendable {
        let bytes: UnsafeBufferPointer<UInt8>
        let pieces: [SourceBatch.Piece]
    }

    /// - Parameters:
    ///   - document: the domain of a document and its tokens, which are valid during the call only.
    ///   - batchDone: called after each batch, with the documents in it and the bytes on disk that have been read so far.
    func forEachDocument(
        _ document: (_ domain: [UInt8], _ tokens: UnsafeBufferPointer<Int32>) throws -> Void,
        batchDone: (_ documents: Int, _ bytes: Int) throws -> Void
    ) throws {
        let reader = SourceReader(source)
        let parser = DocumentParser(source: source)
        let encoders = (0..<team.count).map { _ in tokenizer.makeEncoder() }
        var pieces: [PieceTokens] = []
        while let batch = try reader.next() {
            while pieces.count < batch.pieces.count { pieces.append(PieceTokens()) }
            try batch.bytes.withUnsafeBufferPointer { bytes in
                let scratch = Scratch(encoders: encoders, pieces: pieces)
                let content = Content(bytes: bytes, pieces: batch.pieces)
                let (minimumCharacters, separator) = (minimumCharacters, separator)
                try team.forEach(batch.pieces.count) { item, thread in
                    try scratch.pieces[item].fill(
                        from: content.pieces[item], in: content.bytes, parser: parser, minimumCharacters: minimumCharacters,
                        separator: separator, encoder: scratch.encoders[thread])
                }
            }
            var documents = 0
            for piece in pieces[..<batch.pieces.count] {
                documents += piece.documents
                var start = 0
                for span in piece.spans {
                    try piece.tokens.withTokens { tokens in
                        try document(piece.domains[span.domain], UnsafeBufferPointer(rebasing: tokens[start..<span.end]))
                    }
                    start = span.end
                }
            }
            try batchDone(documents, reader.consumed)
        }
    }
}
