import Foundation
import SystemPackage

/// A folder for one measurement's files, removed with it.
final class ScratchFolder {
    let path: FilePath

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("universal-neurons-bench-\(UUID().uuidString)")
        do {
            // Sockets may lie in it: nobody else may enter.
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw BenchmarkError.noScratch(path: folder.path, reason: error.localizedDescription)
        }
        path = FilePath(folder.path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path.string) }
}
