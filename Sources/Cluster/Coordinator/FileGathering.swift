import Diagnostics
import Scheduling
import Storage
import SystemPackage

/// Fetches files of reducers elsewhere into the run's folder, one after the other.
///
/// A file takes its place whole and checked or not at all, so whatever stops it, the next coordinator goes on behind it: what is there
/// already with the same hash is not sent again.
struct FileGathering {
    /// A file and where it is.
    struct Item: Hashable {
        let reducer: Int
        let file: ReducerFile
        /// Where it goes.
        let target: FilePath
    }

    /// A file that comes.
    private struct Transfer {
        let item: Item
        let known: Digest?
        var digest: Digest?
        var bytes: [UInt8] = []
        var asked: SchedulerTime

        var request: FileRequest { FileRequest(file: item.file, offset: bytes.count, known: bytes.isEmpty ? known : nil) }
    }

    /// A file is fetched again so often when its bytes are not what they should be.
    private static let attempts = 3

    private let verify: (FilePath, ReducerFile) throws -> Void
    private let checkOwner: @Sendable () throws -> Void
    private var open: [Item]
    private var transfer: Transfer?
    private var failures = 0

    /// Files to be fetched.
    ///
    /// - Parameters:
    ///   - checkOwner: called before a file takes its place; throws when another process owns the run meanwhile.
    ///   - verify: looks into a file that has come, whose hash is right.
    init(
        _ items: [Item], checkOwner: @escaping @Sendable () throws -> Void, verify: @escaping (FilePath, ReducerFile) throws -> Void
    ) {
        self.checkOwner = checkOwner
        self.verify = verify
        open = items.reversed()
    }

    /// How many files are still to come.
    var remaining: Int { open.count + (transfer == nil ? 0 : 1) }

    /// What is to be asked for now: the next bytes, or those that have not come for a while.
    mutating func request(at now: SchedulerTime) -> (reducer: Int, request: FileRequest)? {
        if let transfer {
            guard now - transfer.asked >= Coordinator.askAgain else { return nil }
            self.transfer?.asked = now
            return (transfer.item.reducer, transfer.request)
        }
        guard let item = open.popLast() else { return nil }
        // What cannot be read is fetched.
        let next = Transfer(item: item, known: try? Digest.ofFile(item.target), asked: now)
        transfer = next
        return (item.reducer, next.request)
    }

    /// Takes bytes in.
    ///
    /// - Returns: what is to be asked for next of the same file.
    /// - Throws: what `verify` throws when a file is wrong where it lies; errors of the disk.
    mutating func take(
        _ piece: FilePiece, from reducer: Int, _ frame: ReceivedFrame, at now: SchedulerTime
    ) throws -> FileRequest? {
        guard var current = transfer, current.item.reducer == reducer, current.item.file == piece.file,
            piece.offset == current.bytes.count
        else { return nil }
        if piece.offset == 0 { current.digest = piece.digest }
        let isKnown = piece.offset == 0 && piece.digest != nil && piece.digest == current.known
        if !isKnown {
            frame.withBytes { current.bytes.append(contentsOf: $0) }
            current.asked = now
            transfer = current
            if current.bytes.count < piece.total, frame.count > 0 { return current.request }
        }
        transfer = nil
        do {
            if isKnown { try verify(current.item.target, piece.file) } else { try put(current) }
            failures = 0
        } catch let error as any DiagnosedError where error.exitStatus == .dataError {
            failures += 1
            guard failures < Self.attempts else { throw error }
            // What is there already is no better.
            if isKnown { try LocalFiles().remove(current.item.target) }
            open.append(current.item)
        }
        return nil
    }

    private func put(_ transfer: Transfer) throws {
        let target = transfer.item.target
        guard let digest = transfer.digest, Digest(of: transfer.bytes) == digest else {
            throw StorageError.corrupt(
                target, offset: nil,
                problem: transfer.digest == nil ? "reducer \(transfer.item.reducer) does not have it" : "it did not come as it was sent")
        }
        let verified = {
            try checkOwner()
            try verify(FilePath(target.string + DurableFile.partSuffix), transfer.item.file)
        }
        try DurableFile.replace(target, beforeRename: verified) { try $0.write(transfer.bytes) }
    }
}
