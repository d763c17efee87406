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

    /// Writes files that have come into a folder.
    ///
    /// - Parameter frames: two or three of them.
    /// - Throws: `MessageRefusal.body` for another number of frames, `StorageError`.
    static func write(_ frames: some Collection<ReceivedFrame>, of kind: MessageKind, to folder: RunFolder) throws {
        guard (2...3).contains(frames.count) else { throw MessageRefusal.body(kind, problem: "it has \(frames.count) files") }
        for (frame, path) in zip(frames, paths(in: folder, hasFeatures: frames.count == 3)) {
            try DurableFile.replace(path, with: frame.bytes)
        }
    }

    private static func paths(in folder: RunFolder, hasFeatures: Bool) -> [FilePath] {
        [folder.plan, folder.calibration] + (hasFeatures ? [folder.features] : [])
    }
}
