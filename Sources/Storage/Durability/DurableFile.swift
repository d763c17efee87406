import SystemPackage

/// Files that are there whole or not at all.
///
/// The content goes to `<path>.part`, is synced and renamed, and the folder is synced: whatever stops the program in between,
/// afterwards the old file or the new one stands under the name, never a mixture.
///
///     try DurableFile.replace("numbers.bin") { file in
///         try file.write([1, 2, 3])
///     }
public enum DurableFile {
    /// What the name of an unfinished file ends in.
    public static let partSuffix = ".part"

    /// Writes a file in one step, in the place of any file of that name.
    ///
    /// - Parameters:
    ///   - path: The final name; its folder must exist.
    ///   - files: Where files are written; tests pass a layer that fails.
    ///   - tag: Put between the name and `.part`, so that writers who may not know of each other do not meet.
    ///   - beforeRename: Called when everything is written and synced; throwing keeps the old file.
    ///   - body: Writes the content.
    /// - Throws: A `StorageError`, `.notAFile` for a device, pipe or socket of that name; or what `body` throws. Then the unfinished file is removed and the old one stays;
    ///   only when the folder's sync fails the new file stands, whole, and may be lost with the machine's power.
    public static func replace(
        _ path: FilePath, on files: some FileLayer = LocalFiles(), tag: String = "", beforeRename: () throws -> Void = {},
        _ body: (inout Writer) throws -> Void
    ) throws {
        try refuseOthers(at: path)
        let part = FilePath(path.string + tag + partSuffix)
        let file = try files.create(part)
        do {
            var writer = Writer(file: file, files: files)
            try body(&writer)
            try writer.flush()
            try files.sync(file)
            try beforeRename()
            try files.rename(file, to: path)
        } catch {
            // Removed before it is closed, while no other writer can have taken the name over. What led here is the better error.
            try? files.discard(file)
            try? files.close(file)
            throw error
        }
        try files.close(file)
        let folder = path.removingLastComponent()
        try files.syncFolder(folder.isEmpty ? "." : folder)
    }

    /// Makes sure that a file can be written, before work begins whose result is to go there: its unfinished file is begun and removed.
    ///
    /// - Throws: A `StorageError`: what `replace` would throw as it begins.
    public static func check(_ path: FilePath, on files: some FileLayer = LocalFiles()) throws {
        try refuseOthers(at: path)
        do {
            let file = try files.create(FilePath(path.string + partSuffix))
            defer { try? files.close(file) }
            try files.discard(file)
        } catch StorageError.busy {
            // Somebody else writes it at this moment: so it can be written.
        }
    }

    /// Makes sure that no folder, device, pipe or socket has the name: a rename would put a file in the place of all but the first.
    private static func refuseOthers(at path: FilePath) throws {
        guard let kind = Folder.kindOfOther(at: path) else { return }
        throw kind == .folder ? StorageError(.isDirectory, .create, path) : .notAFile(path, kind: kind)
    }

    /// Writes bytes in one step, in the place of any file of that name.
    public static func replace(_ path: FilePath, with bytes: [UInt8], on files: some FileLayer = LocalFiles()) throws {
        try replace(path, on: files) { try $0.write(bytes) }
    }

    /// Writes bytes in one step, in the place of any file of that name, while there is leave to do so.
    ///
    /// - Throws: A `StorageError`, or what the permit's check throws; the old file then stays.
    public static func replace(
        _ path: FilePath, with bytes: [UInt8], on files: some FileLayer = LocalFiles(), _ permit: WritePermit
    ) throws {
        try replace(path, on: files, tag: permit.tag, beforeRename: permit.check) { try $0.write(bytes) }
    }

    /// Writes text as UTF-8 in one step, in the place of any file of that name.
    public static func replace(_ path: FilePath, with text: String, on files: some FileLayer = LocalFiles()) throws {
        try replace(path, on: files) { try $0.write(text) }
    }
}
