import Storage

/// The list of a model's files, or some bytes of one, in a frame behind it.
struct ModelPiece: Codable, Sendable, Hashable {
    /// A file of a model.
    struct File: Codable, Sendable, Hashable {
        /// Its name within the model's folder.
        let name: String
        /// Its size.
        let bytes: Int
    }

    /// The model's content hash.
    let model: Digest
    /// All files, in answer to a request for the list; empty where the model is not known.
    let files: [File]
    /// The file that the bytes belong to; nil in a list.
    let file: String?
    /// Where they begin.
    let offset: Int

    /// How many bytes travel at a time.
    static let size = MessageLimits.pieceBytes
}
