import Foundation

/// Places to write to that tests need.
enum DiscardedOutput {
    /// Takes everything.
    static var handle: FileHandle? { FileHandle(forWritingAtPath: "/dev/null") }
    /// Takes nothing: every write fails as on a full disk.
    static var fullDisk: FileHandle? { FileHandle(forWritingAtPath: "/dev/full") }
}
