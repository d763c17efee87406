import Diagnostics
import Scheduling
import Storage
import SystemPackage

/// Fetches files of reducers elsewhere into the run's folder, one after the other.
///
/// A file takes its place whole and checked or not at all, so whatever stops it, the next coordinator goes on where it broke off: what is there
/// already with the same hash is not sent again, and of what came in part only the rest is.
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
        /// Bytes that an earlier transfer has left.
        let came: Int
        /// What has come of it.
        var file: GatheredFile?
        var asked: SchedulerTime

        var count: Int { file?.count ?? came }
        var request: FileRequest {
            FileRequest(file: item.file, offset: count, begins: file == nil, known: file == nil ? known : nil)
        }
    }

    /// A file is fetched again so often when its content is not what it should be.
    private static let attempts = 3
    /// And so often when its hash is not what its reducer says.
    private static let transfers = 2

    private let verify: (FilePath, ReducerFile) throws -> Void
    private let checkOwner: @Sendable () throws -> Void
    private let largest: (ReducerFile) -> Int
    private let files: any FileLayer
    private var open: [Item]
    private var transfer: Transfer?
    /// How often the file that is to come next has not come as it should.
    private var failures = 0, wrongHashes = 0

    /// Files to be fetched.
    ///
    /// - Parameters:
    ///   - largest: bytes that a file may have at most, whatever its reducer says.
    ///   - checkOwner: called before a file is begun or takes its place; throws when another process owns the run meanwhile.
    ///   - files: where they are written; tests pass a layer that fails.
    ///   - verify: looks into a file that has come, whose hash is right.
    init(
        _ items: [Item], largest: @escaping (ReducerFile) -> Int, checkOwner: @escaping @Sendable () throws -> Void,
        on files: any FileLayer = LocalFiles(), verify: @escaping (FilePath, ReducerFile) throws -> Void
    ) {
        self.largest = largest
        self.checkOwner = checkOwner
        self.files = files
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
        let next = Transfer(
            item: item, known: try? Digest.ofFile(item.target), came: GatheredFile.bytes(cameOf: item.target), asked: now)
        transfer = next
        return (item.reducer, next.request)
    }

    /// Takes bytes in.
    ///
    /// - Returns: what is to be asked for next of the same file.
    /// - Throws: `ClusterError.gatheredTooLarge`, `.gatheredWrong`; what `verify` throws when a file is wrong where it lies; errors of the
    ///   disk. What has come stays for another gathering, unless it is wrong.
    mutating func take(
        _ piece: FilePiece, from reducer: Int, _ frame: ReceivedFrame, at now: SchedulerTime
    ) throws -> FileRequest? {
        guard let current = transfer, current.item.reducer == reducer, current.item.file == piece.file, piece.offset == current.count
        else { return nil }
        let allowed = largest(piece.file)
        guard (0...allowed).contains(piece.total) else {
            throw ClusterError.gatheredTooLarge(reducer: reducer, file: current.item.target, announced: piece.total, allowed: allowed)
        }
        let isKnown = current.file == nil && piece.digest != nil && piece.digest == current.known
        do {
            if isKnown {
                try verify(current.item.target, piece.file)
                try GatheredFile.discard(current.item.target, on: files)
            } else if let next = try add(frame, piece, at: now) {
                return next
            }
            (failures, wrongHashes) = (0, 0)
            transfer = nil
        } catch let error as any DiagnosedError where error.exitStatus == .dataError {
            transfer?.file?.discard()
            transfer = nil
            if case ClusterError.gatheredWrong = error { wrongHashes += 1 } else { failures += 1 }
            guard failures < Self.attempts, wrongHashes < Self.transfers else { throw error }
            // What is there already is no better.
            if isKnown { try files.remove(current.item.target) }
            open.append(current.item)
        }
        return nil
    }

    /// Writes a piece behind those that have come, and lets the file take its place with the last.
    private mutating func add(_ frame: ReceivedFrame, _ piece: FilePiece, at now: SchedulerTime) throws -> FileRequest? {
        guard var current = transfer else { return nil }
        let (target, reducer) = (current.item.target, current.item.reducer)
        if current.file == nil {
            guard let digest = piece.digest else {
                throw StorageError.corrupt(target, offset: nil, problem: "reducer \(reducer) does not have it, or cannot read it")
            }
            try checkOwner()
            if current.came > piece.total {
                // What an earlier transfer left is of another file.
                try GatheredFile.discard(target, on: files)
                current = Transfer(item: current.item, known: current.known, came: 0, asked: now)
                transfer = current
                return current.request
            }
            // A reducer may say anything: more than the disk has room for is not begun.
            let room = FreeSpace.bytes(at: target.removingLastComponent()) ?? .max
            current.file = try GatheredFile(target, behind: current.came, total: piece.total, digest: digest, most: room, on: files)
        }
        current.asked = now
        transfer = current
        guard let file = current.file else { return nil }
        try file.append(frame, total: piece.total)
        guard file.isComplete else { return current.request }
        let found = file.found
        guard found == file.digest else {
            throw ClusterError.gatheredWrong(reducer: reducer, file: target, announced: file.digest.hex, found: found.hex)
        }
        try file.place { part in
            try checkOwner()
            try verify(part, piece.file)
        }
        return nil
    }
}
