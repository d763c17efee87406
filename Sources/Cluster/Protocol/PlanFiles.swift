import Pipeline
import Storage
import SystemPackage

/// The files of a run that a worker or reducer needs: plan, calibration and, where the plan has them, features and the candidates of a
/// screened run. They travel as payload frames in this order, and are what their names say once the plan's own reader has checked them. A
/// frame that is shorter than the largest, and be it empty, is the last of its file.
enum PlanFiles {
    /// The frames of a run's files.
    ///
    /// - Parameter plan: the run's.
    /// - Throws: `StorageError` when one cannot be read.
    static func frames(of plan: RunPlan, in folder: RunFolder) throws -> [PayloadFrame] { try frames(of: paths(of: plan, in: folder)) }

    /// The frames of files.
    static func frames(of paths: [FilePath]) throws -> [PayloadFrame] {
        try paths.flatMap { path in
            let file = try MappedFile(path)
            return stride(from: 0, through: file.bytes.count, by: frameBytes).map {
                PayloadFrame(file, $0..<min($0 + frameBytes, file.bytes.count))
            }
        }
    }

    /// The plan among files that have come, read and checked as one in a folder is, but for a screened run's candidates, which lie beside it.
    ///
    /// - Throws: `MessageRefusal.body` for another number of frames, `PipelineError`, `StorageError`, which name the file in the folder.
    static func plan(in frames: some Collection<ReceivedFrame>, of kind: MessageKind, for folder: RunFolder) throws -> RunPlan {
        try plan(in: try files(in: frames, of: kind), for: folder)
    }

    /// Writes files that have come into a folder.
    ///
    /// - Throws: `MessageRefusal.body` for another number of files than the plan among them has, `PipelineError`, `StorageError`.
    static func write(_ frames: some Collection<ReceivedFrame>, of kind: MessageKind, to folder: RunFolder) throws {
        let files = try files(in: frames, of: kind)
        let paths = paths(of: try plan(in: files, for: folder), in: folder)
        guard files.count == paths.count else {
            throw MessageRefusal.body(kind, problem: "its \(files.count) files are not the \(paths.count) of its plan")
        }
        for (bytes, path) in zip(files, paths) { try DurableFile.replace(path, with: bytes) }
    }

    /// All files that may come.
    static func all(in folder: RunFolder) -> [FilePath] { [folder.plan, folder.calibration, folder.features, folder.candidates] }

    /// The files' bytes, put together.
    static func files(in frames: some Collection<ReceivedFrame>, of kind: MessageKind) throws -> [[UInt8]] {
        var files: [[UInt8]] = []
        var isWhole = true
        for frame in frames {
            if isWhole { files.append([]) }
            frame.withBytes { files[files.count - 1].append(contentsOf: $0) }
            isWhole = frame.count < frameBytes
        }
        guard isWhole, counts.contains(files.count) else {
            throw MessageRefusal.body(kind, problem: "its \(frames.count) frames are \(files.count) files")
        }
        return files
    }

    /// How many files there are.
    private static let counts = 2...4
    private static let frameBytes = MessageLimits.pieceBytes

    private static func plan(in files: [[UInt8]], for folder: RunFolder) throws -> RunPlan {
        try files[0].withUnsafeBytes { try RunPlan.decode($0, of: folder.plan) }
    }

    private static func paths(of plan: RunPlan, in folder: RunFolder) -> [FilePath] {
        var paths = [folder.plan, folder.calibration]
        if plan.numbers.features != nil { paths.append(folder.features) }
        if plan.numbers.screening != nil { paths.append(folder.candidates) }
        return paths
    }
}
