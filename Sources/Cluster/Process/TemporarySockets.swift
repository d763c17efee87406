import Foundation
import Glibc
import Storage
import SystemPackage

/// A private folder for the sockets and scratch files of processes on one machine, removed with this object.
final class TemporarySockets {
    /// The folder: short, for the path of a socket may have 107 bytes only.
    let folder: FilePath

    init() throws {
        let base = FilePath(FileManager.default.temporaryDirectory.path)
        var template = Array(base.appending("un-XXXXXX").string.utf8CString)
        guard mkdtemp(&template) != nil else { throw StorageError(Errno(rawValue: errno), .createFolder, base) }
        folder = FilePath(String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self))
    }

    deinit { try? FileManager.default.removeItem(atPath: folder.string) }
}
