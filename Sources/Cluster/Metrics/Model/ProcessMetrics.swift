import Foundation
import Glibc
import Kernels
import Pipeline
import Scheduling

/// What is known of every process: its build, and what it takes from the machine. Read at the moment it is asked for.
struct ProcessMetrics: MetricsSnapshot {
    /// What the process does: coordinator, worker or reducer.
    let role: String

    var families: [MetricFamily] {
        let memory = ProcessMemory.current
        var families = [
            MetricFamily(
                gauge: "universal_neurons_build_info", "The program's version, the process's part, and the kernels that OpenBLAS runs.",
                [MetricSample(["version": ProgramVersion.current, "role": role, "kernels": OpenBLAS.coreName], 1)]),
            MetricFamily(counter: "process_cpu_seconds", "Seconds of processor time that the process has used.", ProcessorTime.ofProcess),
            MetricFamily(gauge: "process_resident_memory_bytes", "Memory of the process that is in RAM.", memory.resident),
            MetricFamily(gauge: "universal_neurons_peak_resident_memory_bytes", "The most that it ever was.", memory.peak),
        ]
        if let start = Self.startTime {
            families.append(MetricFamily(gauge: "process_start_time_seconds", "When the process was started, since 1970.", start))
        }
        if let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count {
            families.append(MetricFamily(gauge: "process_open_fds", "Files and connections that are open.", open))
        }
        return families
    }

    /// Seconds since 1970; nil where the system does not say.
    private static var startTime: Double? {
        guard let stat = try? String(contentsOfFile: "/proc/self/stat", encoding: .utf8), let end = stat.lastIndex(of: ")"),
            let machine = try? String(contentsOfFile: "/proc/stat", encoding: .utf8),
            let boot = machine.split(separator: "\n").first(where: { $0.hasPrefix("btime ") })?.split(separator: " ").last,
            let bootSeconds = Double(boot)
        else { return nil }
        // `1234 (name with spaces) S …`: the start is the twentieth field behind the last parenthesis, in ticks since the machine's.
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 19, let ticks = Double(fields[19]) else { return nil }
        return bootSeconds + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}
