import Foundation

/// Places to write to that tests need.
enum DiscardedOutput {
    /// Takes everything.
    static func handle() throws -> FileHandle { try FileHandle(forWritingTo: URL(fileURLWithPath: "/dev/null")) }
    /// Takes nothing: every write fails as on a full disk.
    static func fullDisk() throws -> FileHandle { try FileHandle(forWritingTo: URL(fileURLWithPath: "/dev/full")) }
}
