import Pipeline
import Storage
import SystemPackage

/// The files of a run that a worker or reducer needs: plan, calibration and, where the plan has them, features. They travel as payload
/// frames in this order, and are what their names say once the plan's own reader has checked them.
enum PlanFiles {
    /// The frames of a run's files.
    ///
    /// - Throws: `StorageError` when one cannot be read.
    static func frames(of folder: RunFolder, hasFeatures: Bool) throws -> [PayloadFrame] {
        try paths(in: folder, hasFeatures: hasFeatures).map { path in
            let file = try MappedFile(path)
            return PayloadFrame(file, 0..<file.bytes.count)
        }
    }

    /// The plan among files that have come, read and checked as one in a folder is.
    ///
    /// - Throws: `MessageRefusal.body` for another number of frames, `PipelineError`, `StorageError`, which name the file in the folder.
    static func plan(in frames: some Collection<ReceivedFrame>, of kind: MessageKind, for folder: RunFolder) throws -> RunPlan {
        guard let plan = frames.first, counts.contains(frames.count) else { throw refusal(of: frames, kind) }
        return try plan.withBytes { try RunPlan.decode($0, of: folder.plan) }
    }

    /// Writes files that have come into a folder.
    ///
    /// - Parameter frames: two or three of them.
    /// - Throws: `MessageRefusal.body` for another number of frames, `StorageError`.
    static func write(_ frames: some Collection<ReceivedFrame>, of kind: MessageKind, to folder: RunFolder) throws {
        guard counts.contains(frames.count) else { throw refusal(of: frames, kind) }
        for (frame, path) in zip(frames, paths(in: folder, hasFeatures: frames.count == 3)) {
            try DurableFile.replace(path, with: frame.bytes)
        }
    }

    /// How many files there are.
    private static let counts = 2...3

    private static func refusal(of frames: some Collection<ReceivedFrame>, _ kind: MessageKind) -> MessageRefusal {
        .body(kind, problem: "it has \(frames.count) files")
    }

    private static func paths(in folder: RunFolder, hasFeatures: Bool) -> [FilePath] {
        [folder.plan, folder.calibration] + (hasFeatures ? [folder.features] : [])
    }
}
