/// Leave to write files of a folder whose owner is another process, for as long as that one wants them.
///
///     let permit = WritePermit(tag: lock.tag) { try lock.check() }
///     try DurableFile.replace(path, with: bytes, on: files, permit)
public struct WritePermit: Sendable {
    /// Stands between a file's name and `.part`, so that writers who may not know of each other do not meet.
    let tag: String
    /// Throws once the leave has ended.
    let check: @Sendable () throws -> Void

    /// Leave for one writer.
    ///
    /// - Parameters:
    ///   - tag: put between the name and `.part`; another one for each writer.
    ///   - check: called when a file is written and synced, before it gets its name; throwing keeps the old file.
    public init(tag: String, check: @escaping @Sendable () throws -> Void) {
        self.tag = tag
        self.check = check
    }
}
