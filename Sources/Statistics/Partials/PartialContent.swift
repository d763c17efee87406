import Storage
import SystemPackage

/// The bytes of a file of partial sums that was opened, as they were then.
enum PartialContent: Sendable {
    /// Kept mapped: whatever happens to the name, these are the bytes.
    case mapped(MappedFile)
    /// Mapped again for each reading, and recognised by its length and the checksum of its directory, which covers those of all pieces.
    case reopened(FilePath, count: Int, directory: [UInt8])

    /// Calls `body` with a part of the file, whose memory is given back behind it: however many files are open, what is resident of them is
    /// what is being read.
    ///
    /// - Throws: `StatisticsError.changedMeanwhile` when another file has the name now; a `StorageError`, what `body` throws.
    func withBytes<Result>(of range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws -> Result) throws -> Result {
        switch self {
        case .mapped(let file):
            defer { file.advise(.done, range) }
            return try file.withBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
        case .reopened(let path, let count, let directory):
            guard Folder.holdsFile(path) else { throw StatisticsError.changedMeanwhile(file: path) }
            return try MappedFile(path).withBytes { bytes in
                let trailer = bytes.count - PartialDirectory.trailerBytes
                guard bytes.count == count, trailer >= 0, bytes[(trailer + 16)..<(trailer + 48)].elementsEqual(directory) else {
                    throw StatisticsError.changedMeanwhile(file: path)
                }
                return try body(UnsafeRawBufferPointer(rebasing: bytes[range]))
            }
        }
    }
}
