import Storage

/// The directory at the end of a file of partial sums.
///
/// The file is: the magic and the version, the pieces of all sections, this directory as JSON, and a trailer of fixed size that says where the
/// directory lies and what its checksum is. So a file can be written in one go, and a torn one is noticed at once.
struct PartialDirectory: Codable, Sendable {
    /// The first and the last bytes of a file.
    static let magic = Array("UNPARTIA".utf8)
    /// The version of the format. 2 has the same form as 1 and may hold moments, tokens and means, which programs that write 1 do not
    /// know.
    static let version = 2
    /// The versions that can be read.
    static let readable = 1...2
    /// Offset, length, checksum, version, magic.
    static let trailerBytes = 8 + 8 + 32 + 8 + 8

    /// The identity of the plan that the numbers belong to.
    let plan: Digest
    /// The sections, in ascending order of their keys.
    let sections: [SectionEntry]
}
