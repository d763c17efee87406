import Storage
import SystemPackage

/// A file of a reducer that comes piece by piece: what memory holds of it is one piece, whatever its size.
///
/// It grows under a name of its own until it is placed. What has come stays there when the transfer breaks off, for the next one to go on
/// behind it; whether the two belong together the hash of the whole file says.
final class GatheredFile {
    private let target: FilePath
    private let file: OpenFile
    private let files: any FileLayer
    private var builder = DigestBuilder()
    /// Bytes of the whole file, and its hash, as its reducer says.
    let total: Int
    let digest: Digest
    /// Bytes that have come.
    private(set) var count: Int

    /// Where a file grows.
    private static func part(of target: FilePath) -> FilePath { FilePath(target.string + DurableFile.partSuffix) }

    /// Bytes that have come of a file that is not placed yet; 0 where there are none.
    static func bytes(cameOf target: FilePath) -> Int {
        let part = part(of: target)
        guard Folder.holdsFile(part), let file = try? MappedFile(part) else { return 0 }
        return file.bytes.count
    }

    /// Removes what has come of a file.
    ///
    /// - Throws: `StorageError`.
    static func discard(_ target: FilePath, on files: any FileLayer) throws { try files.remove(part(of: target)) }

    /// Begins a file, or goes on with it.
    ///
    /// - Parameters:
    ///   - came: bytes that an earlier transfer has left.
    ///   - most: bytes that it may have at most beside them.
    /// - Throws: `StorageError.diskFull` for more than there is room for; errors of the disk.
    init(_ target: FilePath, behind came: Int, total: Int, digest: Digest, most: Int, on files: any FileLayer) throws {
        guard total - came <= most else { throw StorageError(.noSpace, .write, target, bytes: total) }
        (self.target, self.total, self.digest, self.files, count) = (target, total, digest, files, came)
        let part = Self.part(of: target)
        guard came > 0 else {
            file = try files.create(part)
            return
        }
        file = try files.resume(part)
        let known = try MappedFile(part)
        // Nobody else writes it; where somebody has, the hash is another in the end.
        known.forEachPiece(of: 0..<min(came, known.bytes.count)) { builder.update($0) }
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

    /// The hash of what has come.
    var found: Digest { builder.finalize() }

    /// Gives it its name, whose hash is right.
    ///
    /// - Parameter verify: looks into what has come; throwing keeps the old file.
    /// - Throws: what `verify` throws; errors of the disk.
    func place(verify: (FilePath) throws -> Void) throws {
        try files.sync(file)
        try verify(file.path)
        try files.rename(file, to: target)
        try files.syncFolder(target.removingLastComponent())
    }

    /// Removes what has come.
    func discard() { try? files.discard(file) }

    deinit { try? files.close(file) }
}
