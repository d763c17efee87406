import Foundation

/// The memory of this process, as the system counts it.
struct ProcessMemory: Sendable, Hashable {
    /// Bytes that are in memory now, and the most that ever were; 0 where the system does not say.
    let resident, peak: Int

    /// From `/proc/self/status`, which counts in kibibytes.
    static var current: ProcessMemory {
        let text = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        func bytes(_ name: String) -> Int {
            for line in text.split(separator: "\n") where line.hasPrefix(name + ":") {
                return (line.split { $0 == " " || $0 == "\t" }.dropFirst().first.flatMap { Int($0) } ?? 0) << 10
            }
            return 0
        }
        return ProcessMemory(resident: bytes("VmRSS"), peak: bytes("VmHWM"))
    }
}
