import Foundation
import SmallRuns

/// A disk in memory that is as large as a test wants it.
struct SmallDisk {
    let folder: URL

    /// Whether this process may mount one.
    static let isPossible: Bool =
        (try? TemporaryFolder.with { folder in
            guard command("mount", ["-t", "tmpfs", "-o", "size=64k", "none", folder.path]) else { return false }
            return command("umount", [folder.path])
        }) ?? false

    /// Mounts a disk at a folder that exists, for as long as the body runs.
    static func with<Result>(at folder: URL, _ body: (SmallDisk) throws -> Result) throws -> Result {
        guard command("mount", ["-t", "tmpfs", "-o", "size=64k", "none", folder.path]) else { throw CocoaError(.fileWriteUnknown) }
        defer { _ = command("umount", ["--lazy", folder.path]) }
        return try body(SmallDisk(folder: folder))
    }

    /// Changes how much fits.
    func resize(kilobytes: Int) throws {
        guard Self.command("mount", ["-o", "remount,size=\(kilobytes)k", folder.path]) else { throw CocoaError(.fileWriteUnknown) }
    }

    /// Lets nobody write to it any more.
    func makeReadOnly() throws {
        guard Self.command("mount", ["-o", "remount,ro", folder.path]) else { throw CocoaError(.fileWriteUnknown) }
    }

    /// Takes all the room that there is.
    func fill() throws {
        let file = folder.appendingPathComponent("filler")
        try Data().write(to: file)
        let handle = try FileHandle(forWritingTo: file)
        while (try? handle.write(contentsOf: Data(count: 4_096))) != nil {}
        try handle.close()
    }

    private static func command(_ name: String, _ arguments: [String]) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [name] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }
}
