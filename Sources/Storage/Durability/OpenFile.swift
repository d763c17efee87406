import SystemPackage

/// A file that a `FileLayer` has open for writing.
public struct OpenFile: Sendable, Hashable {
    /// What the layer knows the file by; a file descriptor for `LocalFiles`.
    public let descriptor: Int32
    /// Where it was created, for messages.
    public let path: FilePath

    /// An open file as its layer describes it.
    public init(descriptor: Int32, path: FilePath) {
        self.descriptor = descriptor
        self.path = path
    }
}
