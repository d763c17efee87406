import Glibc
import Storage

/// What a process of a cluster calls itself: no two share a name, and a process keeps its own as long as it lives.
enum ProcessName {
    /// Enough of a host's name to recognise it; the whole must fit a routing identity.
    private static let longestHost = 64

    /// A new name of host, process and a random number: `node7-4711-5f3a09c2`.
    static func make() -> String {
        let host = HostName.current.utf8.prefix(longestHost).map { byte -> Character in
            // Names stand in logs, files and tables.
            let isPlain = (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2E
            return isPlain ? Character(UnicodeScalar(byte)) : "-"
        }
        let number = String(UInt32.random(in: 0...UInt32.max), radix: 16)
        return "\(host.isEmpty ? "host" : String(host))-\(getpid())-\(String(repeating: "0", count: 8 - number.count))\(number)"
    }
}
