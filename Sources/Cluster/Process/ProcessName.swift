import Glibc
import Storage

/// Names for processes that no two of them share.
enum ProcessName {
    /// The host, the process, and eight random digits: process numbers come again.
    static func unique() -> String {
        let digits = String(UInt32.random(in: 0 ... .max), radix: 16)
        return "\(HostName.current.prefix(64))-\(getpid())-\(String(repeating: "0", count: 8 - digits.count) + digits)"
    }
}
