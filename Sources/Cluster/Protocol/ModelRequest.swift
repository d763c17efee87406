import Storage

/// Asks for a model's files, or for some bytes of one.
struct ModelRequest: Codable, Sendable, Hashable {
    /// The model's content hash.
    let model: Digest
    /// The file's name within the model's folder; nil asks for the list of files.
    let file: String?
    /// Where the bytes begin.
    let offset: Int
}
