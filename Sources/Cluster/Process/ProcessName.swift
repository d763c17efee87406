import Glibc
import Storage

/// Names of processes: no two processes share one, also where a machine gives a process number again.
enum ProcessName {
    /// Host, process number and eight random hexadecimal digits.
    static func unique() -> String {
        let random = String(UInt32.random(in: 0...UInt32.max), radix: 16)
        return "\(HostName.current)-\(getpid())-\(String(repeating: "0", count: 8 - random.count))\(random)"
    }
}
