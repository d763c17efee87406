import Pipeline
import Storage
import SystemPackage

/// The files of a run that a worker or reducer needs: plan, calibration and, where the plan has them, features. They travel as payload
/// frames in this order, and are what their names say once the plan's own reader has checked them. A frame that is shorter than the
/// largest, and be it empty, is the last of its file.
enum PlanFiles {
    /// The frames of a run's files.
    ///
    /// - Throws: `StorageError` when one cannot be read.
    static func frames(of folder: RunFolder, hasFeatures: Bool) throws -> [PayloadFrame] {
        try paths(in: folder, hasFeatures: hasFeatures).flatMap { path in
            let file = try MappedFile(path)
            return stride(from: 0, through: file.bytes.count, by: frameBytes).map {
                PayloadFrame(file, $0..<min($0 + frameBytes, file.bytes.count))
            }
        }
    }

    /// The plan among files that have come, read and checked as one in a folder is.
    ///
    /// - Throws: `MessageRefusal.body` for another number of frames, `PipelineError`, `StorageError`, which name the file in the folder.
    static func plan(in frames: some Collection<ReceivedFrame>, of kind: MessageKind, for folder: RunFolder) throws -> RunPlan {
        try files(in: frames, of: kind)[0].withUnsafeBytes { try RunPlan.decode($0, of: folder.plan) }
    }

    /// Writes files that have come into a folder.
    ///
    /// - Throws: `MessageRefusal.body` for another number of frames, `StorageError`.
    static func write(_ frames: some Collection<ReceivedFrame>, of kind: MessageKind, to folder: RunFolder) throws {
        let files = try files(in: frames, of: kind)
        for (bytes, path) in zip(files, paths(in: folder, hasFeatures: files.count == counts.upperBound)) {
            try DurableFile.replace(path, with: bytes)
        }
    }

    /// The files' bytes, put together.
    private static func files(in frames: some Collection<ReceivedFrame>, of kind: MessageKind) throws -> [[UInt8]] {
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
    private static let counts = 2...3
    private static let frameBytes = MessageLimits.pieceBytes

    private static func paths(in folder: RunFolder, hasFeatures: Bool) -> [FilePath] {
        [folder.plan, folder.calibration] + (hasFeatures ? [folder.features] : [])
    }
}
