import Foundation
import SystemPackage

/// A folder that is gone when the test is over; its path is short enough for sockets, and nobody else may enter it.
public final class TemporaryFolder: Sendable {
    /// Where it is.
    public let path: FilePath

    /// Makes it.
    public init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("un-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        path = FilePath(url.path)
    }

    deinit { try? FileManager.default.removeItem(atPath: path.string) }

    /// Runs something with a folder of its own.
    public static func with<Result>(_ body: (URL) throws -> Result) throws -> Result {
        let folder = try TemporaryFolder()
        return try withExtendedLifetime(folder) { try body(URL(fileURLWithPath: folder.path.string)) }
    }

    /// Path of something in it.
    public func file(_ name: String) -> FilePath { path.appending(name) }

    /// The names in it, sorted.
    public var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path.string).sorted()) ?? [] }

    /// Writes a file, with the folders on the way to it.
    @discardableResult
    public func write(_ name: String, _ content: some Collection<UInt8>) throws -> FilePath {
        let url = URL(fileURLWithPath: file(name).string)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(content).write(to: url)
        return file(name)
    }

    /// Writes a file of text.
    @discardableResult
    public func write(_ name: String, _ text: String) throws -> FilePath { try write(name, text.utf8) }
}
