import Foundation
import Glibc
import Storage
import SystemPackage

extension ModelFetch {
    /// Removes a folder, if it is there.
    ///
    /// - Throws: `StorageError`.
    static func remove(_ folder: FilePath) throws {
        guard FileManager.default.fileExists(atPath: folder.string) else { return }
        do {
            try FileManager.default.removeItem(atPath: folder.string)
        } catch {
            throw StorageError(.ioError, .remove, folder)
        }
    }

    /// Gives a folder its name, which nothing has.
    ///
    /// - Throws: `StorageError`.
    static func rename(_ folder: FilePath, to name: FilePath) throws {
        guard Glibc.rename(folder.string, name.string) == 0 else { throw StorageError(Errno(rawValue: errno), .rename, name) }
        try LocalFiles().syncFolder(name.removingLastComponent())
    }
}
