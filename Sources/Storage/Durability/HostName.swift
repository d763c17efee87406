import Glibc

/// The name of this machine: it stands in locks, and beside each checksum, so that a disagreement names the machines.
public enum HostName {
    /// The name as the system has it, without asking the network.
    public static let current: String = {
        // 256: more than any system allows a name to have, and its end.
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }()
}
