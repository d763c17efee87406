import Corpus
import Storage

/// What `tokenize` prints.
struct CorpusReport: Encodable {
    struct Domain: Encodable {
        let name: String
        let documents, tokens, rows: Int
    }

    let folder: String
    let rows, context, tokens, documents, documentsTooShort, vocabularySize: Int
    let domains: [Domain]
    let digest: Digest

    init(_ corpus: PackedCorpus) {
        folder = corpus.folder.string
        rows = corpus.rowCount
        context = corpus.context
        tokens = corpus.rowCount * corpus.context
        documents = corpus.documents
        documentsTooShort = corpus.documentsTooShort
        vocabularySize = corpus.vocabularySize
        domains = corpus.domainCounts.map { Domain(name: $0.name, documents: $0.documents, tokens: $0.tokens, rows: $0.rows) }
        digest = corpus.digest
    }

    /// For people.
    var text: String {
        var table = TextTable()
        table.add("rows", "\(rows) of \(context) tokens, \(tokens) in all")
        table.add("documents", "\(documents), and \(documentsTooShort) too short")
        for domain in domains {
            table.add(
                "  \(domain.name)",
                "\(AmountText.count(domain.documents, "document")), \(domain.tokens) tokens, \(AmountText.count(domain.rows, "row"))")
        }
        table.add("vocabulary", "\(vocabularySize)")
        table.add("content hash", digest.hex)
        table.add("folder", folder)
        return table.text
    }
}
