import Glibc
import Pipeline
import Scheduling
import Storage
import SystemPackage

/// Brings one file of a model, piece by piece, behind what is there of it already.
struct FileDownload {
    /// Milliseconds without a piece before what is missing is asked for again.
    static let patience: Int64 = 5_000
    /// Pieces that are asked for at a time: enough to keep a line busy, and what memory holds of them is bounded.
    private static let window = 4

    private let file: ModelPiece.File
    private let model: Digest
    private let path: FilePath
    private let link: CoordinatorLink
    private let stop: StopRequest

    init(_ file: ModelPiece.File, of model: Digest, to folder: FilePath, link: CoordinatorLink, stop: StopRequest) {
        (self.file, self.model, self.link, self.stop) = (file, model, link, stop)
        path = folder.appending(file.name)
    }

    /// Brings what is missing.
    ///
    /// - Throws: `ModelUnavailable` when the coordinator no longer has the file; `StorageError`, `PipelineError.stopped`, what ends the
    ///   worker.
    func run() throws {
        let descriptor = open(path.string, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw StorageError(Errno(rawValue: errno), .create, path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw StorageError(Errno(rawValue: errno), .open, path) }
        var written = Int(status.st_size)
        if written > file.bytes {
            // Another model's file, or one that was damaged.
            guard ftruncate(descriptor, 0) == 0 else { throw StorageError(Errno(rawValue: errno), .write, path) }
            written = 0
        }
        try fetch(from: written, into: OpenFile(descriptor: descriptor, path: path))
        try LocalFiles().sync(OpenFile(descriptor: descriptor, path: path))
    }

    private var shownName: String { LogText.line(file.name) }

    private func fetch(from start: Int, into open: OpenFile) throws {
        let clock = MonotonicClock()
        var written = start
        var early: [Int: ReceivedFrame] = [:]
        var asked: Set<Int> = []
        var heard = clock.now
        var unusable = 0
        while written < file.bytes {
            try stop.check()
            if clock.now - heard >= Self.patience {
                asked = []
                heard = clock.now
            }
            for place in 0..<Self.window {
                let offset = written + place * ModelPiece.size
                guard offset < file.bytes, early[offset] == nil, !asked.contains(offset) else { continue }
                guard try link.send(.modelRequest, ModelRequest(model: model, file: file.name, offset: offset)) else { break }
                asked.insert(offset)
            }
            guard let message = try link.wait(milliseconds: 100) else { continue }
            try link.checkEnd(message)
            guard message.kind == .modelPiece, let piece = link.body(message, as: ModelPiece.self), piece.model == model,
                piece.file == file.name, asked.contains(piece.offset)
            else { continue }
            if message.payload.isEmpty { throw ModelUnavailable(reason: "the coordinator can no longer read \(shownName)") }
            guard message.payload.count == 1, message.payload[0].count == min(ModelPiece.size, file.bytes - piece.offset) else {
                link.drop(MessageRefusal.body(.modelPiece, problem: "its bytes are not those that were asked for"))
                unusable += 1
                guard unusable < ModelUnavailable.patience else {
                    throw ModelUnavailable(reason: "the coordinator sends other bytes of \(shownName) than it lists")
                }
                asked.remove(piece.offset)
                continue
            }
            heard = clock.now
            early[piece.offset] = message.payload[0]
            while let frame = early.removeValue(forKey: written) {
                asked.remove(written)
                try frame.withBytes { try LocalFiles().write($0, at: written, to: open) }
                written += frame.count
            }
        }
    }
}
