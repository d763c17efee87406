import Glibc

/// Ports of this machine.
enum FreePort {
    /// One that was free a moment ago.
    static func find() -> Int { whileTaken { $0 } }

    /// Listens at a port while something is done.
    static func whileTaken<Value>(_ body: (Int) throws -> Value) rethrows -> Value {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                _ = bind(descriptor, address, length)
                _ = getsockname(descriptor, address, &length)
            }
        }
        listen(descriptor, 1)
        return try body(Int(UInt16(bigEndian: address.sin_port)))
    }
}
