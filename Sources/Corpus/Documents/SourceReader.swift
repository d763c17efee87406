/// Reads a corpus from beginning to end, a batch of bounded size at a time: however large the corpus, memory holds one batch
/// (or one document, if that is larger).
final class SourceReader {
    private let source: CorpusSource
    /// A batch ends with the line or text file that reaches this many bytes.
    private let batchBytes: Int
    /// Small enough that threads end together, large enough that handing pieces out costs nothing.
    private let pieceBytes: Int
    /// The longest line or text file, decompressed. 256 MiB: a hundred times the longest of real corpora, and what a thread makes of it
    /// still fits into memory; a compressed file can hide any length in a few kilobytes.
    private let documentLimit: Int

    private var file = 0
    private var stream: ByteStream?
    /// The beginning of a line whose end has not been read.
    private var carried: [UInt8] = []
    private var nextLine = 1
    private var consumedBefore = 0

    init(_ source: CorpusSource, batchBytes: Int = 8 << 20, pieceBytes: Int = 128 << 10, documentLimit: Int = 256 << 20) {
        self.source = source
        self.batchBytes = batchBytes
        self.pieceBytes = pieceBytes
        self.documentLimit = documentLimit
    }

    /// Bytes on disk that have been read.
    var consumed: Int { consumedBefore + (stream?.consumed ?? 0) }

    /// The next batch; nil at the end of the corpus.
    func next() throws -> SourceBatch? {
        var batch = SourceBatch()
        while batch.bytes.count < batchBytes, file < source.files.count {
            if source.kind == .text {
                try readText(into: &batch)
            } else {
                try readLines(into: &batch)
            }
        }
        return batch.bytes.isEmpty && batch.pieces.isEmpty ? nil : batch
    }

    private func readText(into batch: inout SourceBatch) throws {
        let start = batch.bytes.count
        let stream = try ByteStream(source.files[file])
        while try stream.read(upTo: max(1 << 16, batch.bytes.count - start), into: &batch.bytes) > 0 {
            guard batch.bytes.count - start <= documentLimit else { throw tooLarge(line: nil) }
        }
        batch.pieces.append(SourceBatch.Piece(file: file, firstLine: 1, range: start..<batch.bytes.count))
        consumedBefore += stream.consumed
        file += 1
    }

    private func readLines(into batch: inout SourceBatch) throws {
        let stream = try self.stream ?? ByteStream(source.files[file])
        self.stream = stream
        let start = batch.bytes.count
        batch.bytes.append(contentsOf: carried)
        carried.removeAll()
        var searched = start
        var lineEnd: Int?
        var atEnd = false
        // At least one whole line, however long it is.
        while !atEnd, lineEnd == nil || batch.bytes.count < batchBytes {
            atEnd = try stream.read(upTo: 1 << 20, into: &batch.bytes) == 0
            if let newline = batch.bytes[searched...].lastIndex(of: 0x0A) { lineEnd = newline + 1 }
            searched = batch.bytes.count
            guard lineEnd != nil || batch.bytes.count - start <= documentLimit else { throw tooLarge(line: nextLine) }
        }
        let end = atEnd ? batch.bytes.count : lineEnd ?? batch.bytes.count
        carried = Array(batch.bytes[end...])
        batch.bytes.removeSubrange(end...)
        try cutPieces(start, &batch)
        guard atEnd else { return }
        consumedBefore += stream.consumed
        self.stream = nil
        file += 1
        nextLine = 1
    }

    private func tooLarge(line: Int?) -> CorpusError {
        .documentTooLarge(path: source.files[file].path.string, line: line, limit: documentLimit)
    }

    /// Cuts the lines from `start` on into pieces.
    private func cutPieces(_ start: Int, _ batch: inout SourceBatch) throws {
        try batch.bytes.withUnsafeBufferPointer { bytes in
            var begin = start
            var lineStart = start
            while begin < bytes.count {
                var end = min(begin + pieceBytes, bytes.count)
                while end < bytes.count, bytes[end - 1] != 0x0A { end += 1 }
                batch.pieces.append(SourceBatch.Piece(file: file, firstLine: nextLine, range: begin..<end))
                for i in begin..<end where bytes[i] == 0x0A {
                    guard i - lineStart <= documentLimit else { throw tooLarge(line: nextLine) }
                    nextLine += 1
                    lineStart = i + 1
                }
                begin = end
            }
        }
    }
}
