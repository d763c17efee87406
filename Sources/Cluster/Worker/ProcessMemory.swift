import Foundation

/// The memory of a process, as the system counts it.
public struct ProcessMemory: Sendable, Hashable {
    /// Bytes that are in memory now, and the most that ever were; 0 where the system does not say.
    public let resident, peak: Int

    /// That of this process.
    public static var current: ProcessMemory { ProcessMemory(file: "/proc/self/status") }

    /// That of a process on this machine; zeros for one that is gone.
    public init(of process: Int32) { self.init(file: "/proc/\(process)/status") }

    /// From a file that counts in kibibytes.
    private init(file: String) {
        let text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        let lines = text.split(separator: "\n")
        func bytes(_ name: String) -> Int {
            guard let line = lines.first(where: { $0.hasPrefix(name + ":") }) else { return 0 }
            return (line.split { $0 == " " || $0 == "\t" }.dropFirst().first.flatMap { Int($0) } ?? 0) << 10
        }
        resident = bytes("VmRSS")
        peak = bytes("VmHWM")
    }
}
