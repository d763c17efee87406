import Glibc
import SystemPackage

/// What is in folders.
public enum Folder {
    /// Whether there is a folder of that name.
    public static func exists(_ path: FilePath) -> Bool {
        mode(of: path) == S_IFDIR
    }

    /// Whether there is an ordinary file of that name.
    public static func holdsFile(_ path: FilePath) -> Bool {
        mode(of: path) == S_IFREG
    }

    /// What has that name, or what the link of that name leads to; nil for an ordinary file and where there is nothing.
    static func kindOfOther(at path: FilePath) -> FileKind? {
        mode(of: path).flatMap(FileKind.init(mode:))
    }

    /// The names of everything in a folder, sorted by their bytes; without "." and "..".
    ///
    /// - Throws: A `StorageError` when the folder is missing or not readable.
    public static func names(in folder: FilePath) throws -> [String] {
        guard let stream = opendir(folder.string) else { throw StorageError(Errno(rawValue: errno), .listFolder, folder) }
        defer { closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw StorageError(Errno(rawValue: errno), .listFolder, folder) }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// The unfinished files (`*.part`) in a folder and in the folders below it, except in those that have an owner of their own
    /// (a `FolderLock`); links are not followed.
    public static func parts(in folder: FilePath) throws -> [FilePath] {
        var parts: [FilePath] = []
        for name in try names(in: folder) {
            let path = folder.appending(name)
            if mode(of: path, followingLinks: false) == S_IFDIR {
                if !holdsFile(path.appending(FolderLock.fileName)) { parts += try self.parts(in: path) }
            } else if name.hasSuffix(DurableFile.partSuffix) {
                parts.append(path)
            }
        }
        return parts
    }

    private static func mode(of path: FilePath, followingLinks: Bool = true) -> mode_t? {
        var status = stat()
        guard (followingLinks ? stat(path.string, &status) : lstat(path.string, &status)) == 0 else { return nil }
        return status.st_mode & S_IFMT
    }
}
