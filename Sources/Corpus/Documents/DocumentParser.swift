/// Finds the documents in a piece of a corpus.
struct DocumentParser {
    /// The domain of documents that name none.
    static let unnamedDomain = Array("all".utf8)
    /// The domain of text files that lie in the root itself.
    static let rootDomain = Array("text".utf8)

    let source: CorpusSource
    private let lines: LineReader

    init(source: CorpusSource) {
        self.source = source
        lines = LineReader(source.fields)
    }

    /// Calls `document` with each document of a piece: its text in UTF-8 (repaired), its number of Unicode scalars, its domain.
    ///
    /// - Parameter text: scratch that is reused from one document to the next.
    /// - Throws: `CorpusError.brokenJSON` with file, line and byte; what `document` throws.
    func forEachDocument(
        of piece: SourceBatch.Piece, in bytes: UnsafeBufferPointer<UInt8>, text: inout [UInt8],
        _ document: (_ text: [UInt8], _ scalars: Int, _ domain: [UInt8]) throws -> Void
    ) throws {
        if source.kind == .text {
            text.removeAll(keepingCapacity: true)
            text.append(contentsOf: bytes[(piece.range.lowerBound + mark(of: bytes[piece.range]))..<piece.range.upperBound])
            let scalars = TextRepair.repair(&text)
            try document(text, scalars, textDomain(source.files[piece.file].name))
            return
        }
        var line = piece.firstLine
        var start = piece.range.lowerBound
        while start < piece.range.upperBound {
            var end = start
            while end < piece.range.upperBound, bytes[end] != 0x0A { end += 1 }
            do {
                let content = UnsafeBufferPointer(rebasing: bytes[(start + (line == 1 ? mark(of: bytes[start..<end]) : 0))..<end])
                if let domain = try parse(content, text: &text) {
                    let scalars = TextRepair.repair(&text)
                    try document(text, scalars, domain)
                }
            } catch let fault as JSONFault {
                throw CorpusError.brokenJSON(
                    path: source.files[piece.file].path.string, line: line, byte: fault.offset, expected: fault.expected)
            }
            line += 1
            start = end + 1
        }
    }

    /// The length of the byte-order mark that may open a file.
    private func mark(of bytes: Slice<UnsafeBufferPointer<UInt8>>) -> Int { bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0 }

    /// Reads one line: leaves its text in `text` and returns its domain; nil when the line is blank.
    private func parse(_ line: UnsafeBufferPointer<UInt8>, text: inout [UInt8]) throws(JSONFault) -> [UInt8]? {
        guard var domain = try lines.read(line, text: &text) else { return nil }
        _ = TextRepair.repair(&domain)
        return domain.isEmpty ? Self.unnamedDomain : domain
    }

    private func textDomain(_ name: String) -> [UInt8] {
        guard let slash = name.utf8.firstIndex(of: UInt8(ascii: "/")) else { return Self.rootDomain }
        return Array(name.utf8[..<slash])
    }
}
