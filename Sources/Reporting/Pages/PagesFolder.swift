import Storage
import SystemPackage

/// A folder of pages that belongs to the process that writes them.
struct PagesFolder: Sendable {
    /// The folder.
    let path: FilePath
    private let lock: FolderLock
    private let files: any FileLayer

    /// Takes a folder, which is made where it is missing.
    ///
    /// - Throws: `ReportingError.folderNotEmpty` for one with other files than pages; `StorageError.locked` while another process writes into
    ///   it; errors of the disk.
    init(_ path: FilePath, on files: any FileLayer) throws {
        try Self.checkHoldsNoStrangers(path)
        try files.createFolder(path)
        (self.path, self.files) = (path, files)
        lock = try FolderLock(path)
    }

    /// Makes sure that no page is written among other people's files, some of which it could replace. Hidden names do not count, and neither
    /// does a note that was not finished.
    private static func checkHoldsNoStrangers(_ path: FilePath) throws {
        guard Folder.exists(path) else { return }
        let note = path.appending(PagesNote.fileName)
        if Folder.holdsFile(note), (try? JSONFile.read(PagesNote.self, from: note)) != nil { return }
        let strangers = try Folder.names(in: path).filter { name in
            !name.hasPrefix(".") && !(name.hasPrefix(PagesNote.fileName) && name.hasSuffix(DurableFile.partSuffix))
        }
        guard strangers.isEmpty else { throw ReportingError.folderNotEmpty(folder: path, holds: strangers) }
    }

    /// Makes the folders of some pages.
    ///
    /// - Throws: errors of the disk.
    func createFolders(_ names: some Sequence<String>) throws {
        for name in names { try files.createFolder(path.appending(name)) }
    }

    /// Writes the folder's note.
    ///
    /// - Throws: as `write`.
    func write(_ note: PagesNote) throws {
        let bytes = try JSONFile.encode(note)
        try write(PagesNote.fileName) { try $0.write(bytes) }
    }

    /// Writes a page in one step, in the place of an earlier one.
    ///
    /// - Throws: `StorageError`, also where another process has taken the folder over; what `body` throws.
    func write(_ page: String, _ body: (inout DurableFile.Writer) throws -> Void) throws {
        try lock.replace(path.pushing(FilePath(page)), on: files, body)
    }

    /// Removes the pages that earlier results had and these have not, and the folders in which nothing is left.
    ///
    /// - Parameter pages: those that were written.
    /// - Throws: errors of the disk.
    func removePages(beside pages: Set<String>) throws {
        for folder in PageNames.folders where Folder.exists(path.appending(folder)) {
            for name in try Folder.names(in: path.appending(folder)) {
                guard PageNames.isPage(name, in: folder), !pages.contains("\(folder)/\(name)") else { continue }
                try lock.check()
                try files.remove(path.appending(folder).appending(name))
            }
            try lock.check()
            try files.removeEmptyFolder(path.appending(folder))
        }
    }
}
