import Foundation

/// The memory of this machine, or of the container that the process runs in.
public struct MachineMemory: Codable, Hashable, Sendable {
    /// Bytes that the machine has, or that its container may use.
    public let total: Int
    /// Bytes that a process could take now without pushing others out.
    public let available: Int

    /// What the machine has now, from `/proc/meminfo` and the control group's limit.
    public static var current: MachineMemory {
        let machine = meminfo(read("/proc/meminfo") ?? "")
        let folder = "/sys/fs/cgroup/"
        let limit = read(folder + "memory.max").flatMap(number) ?? read(folder + "memory/memory.limit_in_bytes").flatMap(number)
        let used = read(folder + "memory.current").flatMap(number) ?? read(folder + "memory/memory.usage_in_bytes").flatMap(number)
        return machine.limited(to: limit, used: used)
    }

    /// The figures of `/proc/meminfo`, which counts in kibibytes; 4 GiB where it cannot be read.
    static func meminfo(_ text: String) -> MachineMemory {
        func bytes(_ name: String) -> Int? {
            for line in text.split(separator: "\n") where line.hasPrefix(name + ":") {
                return line.split(separator: " ").dropFirst().first.flatMap { Int($0) }.map { $0 << 10 }
            }
            return nil
        }
        let total = bytes("MemTotal") ?? 4 << 30
        return MachineMemory(total: total, available: bytes("MemAvailable") ?? total)
    }

    /// These figures inside a control group; no limit, or one above the machine's memory, changes nothing.
    func limited(to limit: Int?, used: Int?) -> MachineMemory {
        guard let limit, limit < total else { return self }
        return MachineMemory(total: limit, available: min(available, max(0, limit - (used ?? 0))))
    }

    private static func read(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

    private static func number(_ text: String) -> Int? { Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) }
}
