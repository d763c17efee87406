import Dispatch
import Logging
import Storage
import Synchronization
import SystemPackage

/// Reads the files that the coordinator fetches on a thread of its own: hashing a large one takes longer than the loop may wait.
///
/// Sendable: the open file is touched on the queue only.
final class ServedFiles: @unchecked Sendable {
    private let reports: Mailbox<DiskReport>
    private let logger: Logger
    private let queue = DispatchQueue(label: "universal-neurons.served")
    /// What is being answered: the coordinator asks again while a large file is hashed.
    private let pending = Mutex<Set<FileRequest>>([])
    /// The file that is being fetched, from its first piece to its last, whatever takes its name meanwhile.
    private var open: (file: ReducerFile, bytes: MappedFile)?

    init(reports: Mailbox<DiskReport>, logger: Logger) { (self.reports, self.logger) = (reports, logger) }

    /// Reads what is asked for and reports it; of a file that is not there, or cannot be read, no bytes.
    func read(_ request: FileRequest, at path: FilePath) {
        guard pending.withLock({ $0.insert(request).inserted }) else { return }
        queue.async { [self] in
            let (piece, payload) = answer(request, at: path)
            _ = pending.withLock { $0.remove(request) }
            reports.post(.piece(piece, payload))
        }
    }

    /// Waits for what is being read. Nothing may be asked for afterwards.
    func close() {
        queue.sync { open = nil }
    }

    private func answer(_ request: FileRequest, at path: FilePath) -> (FilePiece, PayloadFrame) {
        do {
            guard let bytes = try file(request, at: path) else { return Self.nothing(for: request) }
            let total = bytes.bytes.count
            let digest = request.begins ? Self.digest(of: bytes) : nil
            // Of what is known there is nothing to send.
            let start = digest != nil && digest == request.known ? total : min(max(0, request.offset), total)
            let end = min(total, start + FilePiece.size)
            if end == total { open = nil }
            return (
                FilePiece(file: request.file, offset: request.offset, total: total, digest: digest), PayloadFrame(bytes, start..<end)
            )
        } catch {
            open = nil
            logger.error("what the coordinator fetches cannot be read: \(DiskTrouble.reason(error))")
            return Self.nothing(for: request)
        }
    }

    private func file(_ request: FileRequest, at path: FilePath) throws -> MappedFile? {
        if !request.begins, let open, open.file == request.file { return open.bytes }
        open = nil
        guard Folder.holdsFile(path) else { return nil }
        let bytes = try MappedFile(path)
        open = (request.file, bytes)
        return bytes
    }

    private static func nothing(for request: FileRequest) -> (FilePiece, PayloadFrame) {
        (FilePiece(file: request.file, offset: request.offset, total: 0, digest: nil), PayloadFrame(copying: []))
    }

    private static func digest(of file: MappedFile) -> Digest {
        var builder = DigestBuilder()
        file.forEachPiece(of: 0..<file.bytes.count) { builder.update($0) }
        return builder.finalize()
    }
}
