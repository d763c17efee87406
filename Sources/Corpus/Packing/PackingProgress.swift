/// How far the packing of a corpus has come.
public struct PackingProgress: Sendable, Equatable {
    /// Bytes on disk that have been read, and how many there are.
    public let bytesDone: Int
    /// Bytes on disk of the whole corpus.
    public let bytesTotal: Int
    /// Documents seen, with those that were too short.
    public let documents: Int
    /// Tokens of text (and separators) so far.
    public let tokens: Int
    /// Rows completed so far.
    public let rows: Int
}
