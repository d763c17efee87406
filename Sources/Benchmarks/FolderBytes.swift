import Foundation
import SystemPackage

/// What a folder takes on disk.
enum FolderBytes {
    /// The bytes of all files in it, at whatever depth; files that go while they are counted count for nothing.
    static func of(_ folder: FilePath) -> Int {
        let files = FileManager.default.enumerator(at: URL(fileURLWithPath: folder.string), includingPropertiesForKeys: [.fileSizeKey])
        var sum = 0
        while let file = files?.nextObject() as? URL {
            // Of a folder this is nil.
            sum +=
                (try? file.resourceValues(forKeys: [.isRegularFileKey, .fileSizeKey]))
                .flatMap { $0.isRegularFile == true ? $0.fileSize : nil } ?? 0
        }
        return sum
    }
}
