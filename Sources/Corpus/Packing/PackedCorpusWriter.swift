import Storage
import SystemPackage

/// Writes a packed folder: the rows as they come, then their domains, and `corpus.json` last, so that no half of it is taken for the whole.
struct PackedCorpusWriter {
    /// Domains in order of appearance, until all are known and can be sorted.
    private static let unsortedName = "domains.unsorted.npy"

    let folder: FilePath
    let context: Int
    let vocabularySize: Int

    /// What `rows` hands over when it has emitted all rows.
    struct Summary {
        /// Names by number, with counts; rows are filled in by the writer.
        var domains: [(name: String, documents: Int, tokens: Int)]
        var beginningOfRow: Int32?
        var documents: Int
        var documentsTooShort: Int
        var origin: PackedCorpusRecord.Origin
        var began: Int64
    }

    /// Takes one row and the number of its domain.
    typealias Emit = (_ row: UnsafeBufferPointer<Int32>, _ domain: Int) throws -> Void

    /// - Parameters:
    ///   - rows: calls its argument with every row and returns what is to be recorded.
    func write(on files: some FileLayer, _ rows: (Emit) throws -> Summary) throws -> PackedCorpus {
        let unsorted = folder.appending(Self.unsortedName)
        try files.createFolder(folder)
        try files.remove(folder.appending(PackedCorpus.recordName))
        try files.syncFolder(folder)
        var digest = CorpusDigest()
        var summary: Summary?
        do {
            summary = try writeRows(on: files, unsorted, &digest, rows)
            guard let summary else { throw CorpusError.brokenPackedCorpus(path: folder.string, reason: "nothing was written") }
            let record = try writeDomains(from: unsorted, summary, &digest, on: files)
            try JSONFile.write(record, to: folder.appending(PackedCorpus.recordName), on: files)
            try files.remove(unsorted)
            return try PackedCorpus(folder, record)
        } catch {
            try? files.remove(unsorted)
            throw error
        }
    }

    /// Writes all tokens, and beside them the domains as numbered by appearance.
    private func writeRows(
        on files: some FileLayer, _ unsorted: FilePath, _ digest: inout CorpusDigest, _ rows: (Emit) throws -> Summary
    ) throws -> Summary? {
        var summary: Summary?
        // The two types are told apart in plain code: a generic loop over the ids is not specialised here and several times slower.
        let isNarrow = vocabularySize <= 1 << 16
        let element: any NumpyElement.Type = isNarrow ? UInt16.self : Int32.self
        var narrow = [UInt16](repeating: 0, count: isNarrow ? context : 0)
        try NumpyWriter.write(unsorted, of: UInt16.self, rowShape: [], on: files) { domains in
            try NumpyWriter.write(folder.appending(PackedCorpus.tokensName), of: element, rowShape: [context], on: files) { tokens in
                summary = try rows { row, domain in
                    digest.update(tokens: row)
                    if isNarrow {
                        for i in row.indices { narrow[i] = UInt16(truncatingIfNeeded: row[i]) }
                        try tokens.append(narrow)
                    } else {
                        try tokens.append(row)
                    }
                    try domains.append([UInt16(truncatingIfNeeded: domain)])
                }
            }
        }
        return summary
    }

    /// Numbers the domains by the order of their names.
    private func writeDomains(
        from unsorted: FilePath, _ summary: Summary, _ digest: inout CorpusDigest, on files: some FileLayer
    ) throws -> PackedCorpusRecord {
        let order = summary.domains.indices.sorted {
            summary.domains[$0].name.utf8.lexicographicallyPrecedes(summary.domains[$1].name.utf8)
        }
        var sorted = [UInt16](repeating: 0, count: order.count)
        for (place, number) in order.enumerated() { sorted[number] = UInt16(place) }
        var rows = [Int](repeating: 0, count: order.count)
        var total = 0
        let array = try NumpyArray(mapping: unsorted)
        try array.withElements(of: UInt16.self) { numbers in
            total = numbers.count
            try NumpyWriter.write(folder.appending(PackedCorpus.domainsName), of: UInt16.self, rowShape: [], on: files) { writer in
                var start = 0
                while start < numbers.count {
                    let part = numbers[start..<min(start + 1 << 16, numbers.count)].map { sorted[Int($0)] }
                    for number in part { rows[Int(number)] += 1 }
                    part.withUnsafeBufferPointer { digest.update(domains: $0) }
                    try writer.append(part)
                    start += part.count
                    array.forgetPages()
                }
            }
        }
        let names = order.map { summary.domains[$0].name }
        return PackedCorpusRecord(
            digest: digest.finalize(context: context, names: names), context: context, rows: total, vocabularySize: vocabularySize,
            beginningOfRow: summary.beginningOfRow, documents: summary.documents, documentsTooShort: summary.documentsTooShort,
            domains: order.enumerated().map { place, number in
                let domain = summary.domains[number]
                return PackedCorpusRecord.Domain(name: domain.name, documents: domain.documents, tokens: domain.tokens, rows: rows[place])
            },
            origin: summary.origin, began: summary.began)
    }
}
