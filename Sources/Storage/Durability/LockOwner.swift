import Foundation
import SystemPackage

/// Who owns a folder, as it stands in the lock file.
struct LockOwner: Codable, Sendable, CustomStringConvertible {
    /// More than any owner's description takes, and a single block of the disk, so that it is never seen half written.
    private static let room = 512

    let process: Int32
    let host: String
    let epoch: Int
    /// Tells owners of the same epoch apart, should the lock file have been removed in between.
    let token: String

    /// This process.
    static func current(epoch: Int) -> LockOwner {
        LockOwner(process: getpid(), host: HostName.current, epoch: epoch, token: UUID().uuidString)
    }

    /// The epoch of the owner that follows another one. What no count of owners gives is a damaged lock file, and nobody is known from it.
    static func epoch(after previous: LockOwner?) -> Int {
        guard let previous, previous.epoch > 0 else { return 1 }
        let (next, isDamaged) = previous.epoch.addingReportingOverflow(1)
        return isDamaged ? 1 : next
    }

    var description: String { "process \(process) on host \(host) (epoch \(epoch))" }

    /// What stands in an open lock file, or nil when that is nothing sensible.
    static func read(_ descriptor: Int32) -> LockOwner? {
        let bytes = [UInt8](unsafeUninitializedCapacity: room) { target, count in
            count = max(0, pread(descriptor, target.baseAddress, room, 0))
        }
        return try? JSONDecoder().decode(LockOwner.self, from: Data(bytes))
    }

    /// What stands in a lock file.
    static func read(_ path: FilePath) -> LockOwner? {
        let descriptor = open(path.string, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        return read(descriptor)
    }

    /// Writes it into an open lock file.
    func write(to descriptor: Int32, _ path: FilePath) throws {
        var bytes = try JSONFile.encode(self, for: path, isPretty: false)
        // Blanks up to a fixed length: a longer entry of an earlier owner leaves nothing behind.
        bytes += [UInt8](repeating: UInt8(ascii: " "), count: max(0, Self.room - bytes.count))
        let written = bytes.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        guard written == bytes.count else { throw StorageError(Errno(rawValue: errno), .write, path, bytes: bytes.count) }
        try LocalFiles.call(.sync, path) { fsync(descriptor) }
    }
}
