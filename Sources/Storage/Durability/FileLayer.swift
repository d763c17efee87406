import SystemPackage

/// The operations on files that change something, behind a protocol so that tests can make any of them fail or tear.
///
/// Reading goes past this protocol, through memory maps: a failed read loses nothing.
/// All methods throw a `StorageError` that names the path and the operation.
public protocol FileLayer: Sendable {
    /// Creates an empty file for writing and keeps other writers out of it until it is closed; a file left behind there is emptied.
    func create(_ path: FilePath) throws -> OpenFile
    /// Opens a file for writing as `create` does, whose content stays; one that is not there is created.
    func resume(_ path: FilePath) throws -> OpenFile
    /// Writes all bytes, starting at `offset`.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int, to file: OpenFile) throws
    /// Returns once the content is on the disk.
    func sync(_ file: OpenFile) throws
    /// Closes the file; nothing may be done to it afterwards.
    func close(_ file: OpenFile) throws
    /// Gives an open file its final name, in one step and in the place of any file of that name.
    func rename(_ file: OpenFile, to path: FilePath) throws
    /// Removes an open file that was not finished, unless its name leads to another file by now.
    func discard(_ file: OpenFile) throws
    /// Removes a file; one that is not there is no error.
    func remove(_ path: FilePath) throws
    /// Returns once the names in a folder are on the disk.
    func syncFolder(_ folder: FilePath) throws
    /// Creates a folder and those on the way to it; one that exists is no error.
    func createFolder(_ folder: FilePath) throws
    /// Removes a folder in which nothing is; one that is not there is no error.
    ///
    /// - Returns: false where something is in it, whoever's it is: it stays, also a link to a folder with something in it.
    /// - Throws: a `StorageError` for what is no folder, a link to an empty one among others.
    @discardableResult
    func removeEmptyFolder(_ folder: FilePath) throws -> Bool
}
