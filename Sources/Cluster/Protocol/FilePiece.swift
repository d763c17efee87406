import Storage

/// Some bytes of a file, in a frame behind it.
struct FilePiece: Codable, Sendable, Hashable {
    /// The file.
    let file: ReducerFile
    /// Where the bytes begin.
    let offset: Int
    /// Bytes of the whole file; 0 where the reducer has none.
    let total: Int
    /// The hash of the whole file; with the first bytes of a transfer only.
    let digest: Digest?

    /// How many bytes travel at a time.
    static let size = MessageLimits.pieceBytes
}
