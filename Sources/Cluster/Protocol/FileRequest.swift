import Storage

/// Asks a reducer for some bytes of a file.
struct FileRequest: Codable, Sendable, Hashable {
    /// The file.
    let file: ReducerFile
    /// Where the bytes begin.
    let offset: Int
    /// The hash of what is there already: an equal file needs not to be sent.
    let known: Digest?
}
