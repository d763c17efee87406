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
        /// What has come of it.
        var file: GatheredFile?
        var asked: SchedulerTime

        var count: Int { file?.count ?? 0 }
        var request: FileRequest { FileRequest(file: item.file, offset: count, known: count == 0 ? known : nil) }
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
        guard let current = transfer, current.item.reducer == reducer, current.item.file == piece.file, piece.offset == current.count
        else { return nil }
        let isKnown = piece.offset == 0 && piece.digest != nil && piece.digest == current.known
        do {
            if isKnown {
                try verify(current.item.target, piece.file)
            } else if let next = try add(frame, piece, at: now) {
                return next
            }
            failures = 0
            transfer = nil
        } catch let error as any DiagnosedError where error.exitStatus == .dataError {
            transfer = nil
            failures += 1
            guard failures < Self.attempts else { throw error }
            // What is there already is no better.
            if isKnown { try LocalFiles().remove(current.item.target) }
            open.append(current.item)
        }
        return nil
    }

    /// Writes a piece behind those that have come, and lets the file take its place with the last.
    private mutating func add(_ frame: ReceivedFrame, _ piece: FilePiece, at now: SchedulerTime) throws -> FileRequest? {
        guard var current = transfer else { return nil }
        let (target, reducer) = (current.item.target, current.item.reducer)
        if current.file == nil {
            guard piece.digest != nil else {
                throw StorageError.corrupt(target, offset: nil, problem: "reducer \(reducer) does not have it, or cannot read it")
            }
            try checkOwner()
            // A reducer may say anything: more than the disk has room for is not begun.
            let room = FreeSpace.bytes(at: target.removingLastComponent()) ?? .max
            current.file = try GatheredFile(target, total: piece.total, digest: piece.digest, most: room)
        }
        current.asked = now
        transfer = current
        guard let file = current.file else { return nil }
        try file.append(frame, total: piece.total)
        guard file.isComplete else { return current.request }
        try file.place { part in
            try checkOwner()
            try verify(part, piece.file)
        }
        return nil
    }
}
