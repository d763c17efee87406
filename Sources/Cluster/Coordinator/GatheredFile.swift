import Storage
import SystemPackage

/// A file of a reducer that comes piece by piece: what memory holds of it is one piece, whatever its size.
///
/// It grows under a name of its own, which goes with it unless it is placed.
final class GatheredFile {
    private let target: FilePath
    private let file: OpenFile
    private let files = LocalFiles()
    private var builder = DigestBuilder()
    private var isPlaced = false
    /// Bytes of the whole file, and its hash, as its reducer says.
    let total: Int
    let digest: Digest?
    /// Bytes that have come.
    private(set) var count = 0

    /// Begins a file.
    ///
    /// - Parameter most: bytes that it may have at most.
    /// - Throws: `StorageError.diskFull` for more than there is room for; errors of the disk.
    init(_ target: FilePath, total: Int, digest: Digest?, most: Int) throws {
        guard total <= most else { throw StorageError(.noSpace, .write, target, bytes: total) }
        (self.target, self.total, self.digest) = (target, total, digest)
        file = try files.create(FilePath(target.string + DurableFile.partSuffix))
    }

    /// Whether all of it has come.
    var isComplete: Bool { count == total }

    /// Takes the next piece in.
    ///
    /// - Throws: `StorageError.corrupt` for bytes behind the file's end, or for none before it; errors of the disk.
    func append(_ frame: ReceivedFrame, total: Int) throws {
        guard total == self.total, frame.count <= self.total - count, frame.count > 0 || isComplete else {
            throw StorageError.corrupt(target, offset: count, problem: "it did not come as it was announced")
        }
        try frame.withBytes {
            try files.write($0, at: count, to: file)
            builder.update($0)
        }
        count += frame.count
    }

    /// Gives it its name.
    ///
    /// - Parameter verify: looks into what has come, whose hash is right; throwing keeps the old file.
    /// - Throws: `StorageError.corrupt` when the hash is another; what `verify` throws; errors of the disk.
    func place(verify: (FilePath) throws -> Void) throws {
        guard isComplete, builder.finalize() == digest else {
            throw StorageError.corrupt(target, offset: nil, problem: "it did not come as it was sent")
        }
        try files.sync(file)
        try verify(file.path)
        try files.rename(file, to: target)
        isPlaced = true
        try files.syncFolder(target.removingLastComponent())
    }

    deinit {
        // Removed before it is closed, while no other writer can have taken the name over.
        if !isPlaced { try? files.discard(file) }
        try? files.close(file)
    }
}
