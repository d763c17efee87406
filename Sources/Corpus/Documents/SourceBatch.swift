/// A few megabytes of a corpus, decompressed, cut into pieces that can be parsed at the same time.
struct SourceBatch {
    /// Whole lines of one file, or one whole text file.
    struct Piece {
        /// Index into the source's files.
        let file: Int
        /// Number of its first line, from 1.
        let firstLine: Int
        let range: Range<Int>
    }

    var bytes: [UInt8] = []
    var pieces: [Piece] = []
}
