import Checkpoints
import Kernels
import Pipeline
import Scheduling
import Storage
import SystemPackage

/// Brings a model from the coordinator into the folder of copies, whole and checked, or not at all; or the directions that a plan's columns
/// are projections on, which are a folder named by its content hash as well.
///
/// The files grow in `<hash>.part`, where a worker that is started again goes on; the folder gets its name once its content hash is right.
struct ModelFetch {
    let link: CoordinatorLink
    let cache: FilePath
    let team: ThreadTeam
    let stop: StopRequest
    let log: WorkerLog

    /// More than any model has, in any number of shards.
    private static let mostFiles = 4_096

    /// Fetches a model, unless another worker of this machine does it meanwhile.
    ///
    /// - Returns: the model's folder; nil when the coordinator does not have it.
    /// - Throws: `ModelUnavailable` when it has it and does not give it; `StorageError`, `PipelineError.stopped`, what ends the worker.
    func folder(of digest: Digest) throws -> ModelFolder? { try fetch(digest) { open($0, digest) } }

    /// Fetches the directions of a plan as `folder(of:)` a model.
    ///
    /// - Returns: their folder; nil when the coordinator does not have them.
    /// - Throws: as `folder(of:)`.
    func directions(_ digest: Digest, of plan: RunPlan) throws -> BasisFolder? {
        try fetch(digest) { path in try? BasisFolder(path, of: plan.numbers, team: team) }
    }

    /// Fetches what has a content hash.
    ///
    /// - Parameter open: opens a folder; nil where it is not what has the hash.
    private func fetch<Opened>(_ digest: Digest, open: (FilePath) -> Opened?) throws -> Opened? {
        try LocalFiles().createFolder(cache)
        let lock = try CacheLock(cache.appending("\(digest.hex).lock")) {
            try stop.check()
            // The coordinator may end the run while another worker fetches.
            if let message = try link.wait(milliseconds: 100) { try link.checkEnd(message) }
        }
        return try withExtendedLifetime(lock) {
            let path = cache.appending(digest.hex)
            if let found = open(path) { return found }
            guard var files = try list(of: digest) else { return nil }
            var mayListAgain = true
            var attempts = 2
            let part = FilePath(path.string + DurableFile.partSuffix)
            // What was left of an earlier attempt may be damaged: then once more from the beginning.
            while attempts > 0 {
                try LocalFiles().createFolder(part)
                do {
                    for file in files { try FileDownload(file, of: digest, to: part, link: link, stop: stop).run() }
                } catch let trouble as ModelUnavailable {
                    // The model may lie there in other files now.
                    guard mayListAgain, let others = try list(of: digest) else { throw trouble }
                    mayListAgain = false
                    if others != files { try Self.remove(part) }
                    files = others
                    continue
                }
                attempts -= 1
                guard open(part) != nil else {
                    log.warning("what was fetched of \(digest) is damaged")
                    try Self.remove(part)
                    continue
                }
                try Self.remove(path)
                try Self.rename(part, to: path)
                return open(path)
            }
            return nil
        }
    }

    private func open(_ path: FilePath, _ digest: Digest) -> ModelFolder? {
        guard let folder = try? ModelFolder(path), (try? folder.digest(team: team)) == digest else { return nil }
        return folder
    }

    /// The model's files; nil when the coordinator has none.
    private func list(of digest: Digest) throws -> [ModelPiece.File]? {
        let clock = MonotonicClock()
        var asked: Int64?
        var unusable = 0
        while true {
            try stop.check()
            let now = clock.now.milliseconds
            if asked.map({ now - $0 >= FileDownload.patience }) ?? true,
                try link.send(.modelRequest, ModelRequest(model: digest, file: nil, offset: 0))
            {
                asked = now
            }
            guard let message = try link.wait(milliseconds: 100) else { continue }
            try link.checkEnd(message)
            guard message.kind == .modelPiece, let piece = link.body(message, as: ModelPiece.self), piece.model == digest, piece.file == nil
            else { continue }
            guard !piece.files.isEmpty else { return nil }
            guard piece.files.count <= Self.mostFiles, piece.files.allSatisfy({ Self.isName($0.name) && $0.bytes >= 0 }) else {
                link.drop(MessageRefusal.body(.modelPiece, problem: "its files are not those of a folder"))
                unusable += 1
                guard unusable < ModelUnavailable.patience else {
                    throw ModelUnavailable(reason: "the coordinator's list of its files cannot be used")
                }
                asked = nil
                continue
            }
            return piece.files
        }
    }

    /// Whether a name from the network stays within its folder.
    private static func isName(_ name: String) -> Bool {
        (1...255).contains(name.utf8.count) && !name.hasPrefix(".") && name.unicodeScalars.allSatisfy { $0.value > 0x1F && $0 != "/" }
    }
}
