import Storage

/// What `corpus.json` in a packed folder says. It is written last: a folder without it is not complete.
struct PackedCorpusRecord: Codable, Equatable {
    static let format = "universal-neurons packed corpus 1"

    struct Domain: Codable, Equatable {
        let name: String
        let documents: Int
        let tokens: Int
        let rows: Int
    }

    /// Everything that decides the rows, so that a folder is used again only for the same corpus.
    struct Origin: Codable, Equatable {
        let path: String
        let kind: CorpusSource.Kind
        let files: [SourceFile]
        let packing: CorpusPacking
        let tokenizer: Digest?
        /// Which members of a line were read; nil for those of The Pile.
        let fields: DocumentFields?
    }

    var format = Self.format
    let digest: Digest
    let context: Int
    let rows: Int
    let vocabularySize: Int
    let beginningOfRow: Int32?
    let documents: Int
    let documentsTooShort: Int
    let domains: [Domain]
    let origin: Origin
    /// When reading began, in nanoseconds since 1970.
    let began: Int64
}
