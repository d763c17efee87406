import Glibc

/// A socket that listens for whoever wants the metrics. A process that executes itself again does not take it along.
final class MetricsListener: Sendable {
    /// The socket; calls on it do not wait.
    let descriptor: Int32
    /// Where it listens, with the port that it has got.
    let address: MetricsAddress

    /// Listens.
    ///
    /// - Throws: `ClusterError.metricsUnavailable`.
    init(_ address: MetricsAddress) throws {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(address.host, "\(address.port ?? 0)", &hints, &found)
        guard code == 0 else { throw ClusterError.metricsUnavailable(address, problem: String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(found) }
        var problem = "the name stands for no address"
        var place = found
        while let entry = place?.pointee {
            place = entry.ai_next
            guard let descriptor = Self.listen(entry) else {
                problem = Self.problem(errno)
                continue
            }
            self.descriptor = descriptor
            self.address = MetricsAddress(host: address.host, port: Self.port(of: descriptor) ?? address.port)
            return
        }
        throw ClusterError.metricsUnavailable(address, problem: problem)
    }

    deinit { close(descriptor) }

    /// The next connection; nil when there is none. Calls on it do not wait either.
    ///
    /// - Returns: also false when the system has no room for another one just now.
    func accept() -> (connection: Int32?, hasRoom: Bool) {
        while true {
            let connection = Glibc.accept(descriptor, nil, nil)
            if connection >= 0 {
                _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
                _ = fcntl(connection, F_SETFL, O_NONBLOCK)
                return (connection, true)
            }
            switch errno {
            case EINTR, ECONNABORTED: continue
            case EMFILE, ENFILE, ENOBUFS, ENOMEM: return (nil, false)
            default: return (nil, true)
            }
        }
    }

    private static func listen(_ entry: addrinfo) -> Int32? {
        let kind = entry.ai_socktype | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(entry.ai_family, kind, entry.ai_protocol)
        guard descriptor >= 0 else { return nil }
        var yes: Int32 = 1
        // The port of a process that has just ended is free again at once; one that somebody listens at stays taken.
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, entry.ai_addr, entry.ai_addrlen) == 0, Glibc.listen(descriptor, 16) == 0 else {
            let code = errno
            close(descriptor)
            errno = code
            return nil
        }
        return descriptor
    }

    private static func port(of descriptor: Int32) -> UInt16? {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard code == 0 else { return nil }
        // IPv4 and IPv6 have it at the same place, behind the family.
        return withUnsafeBytes(of: address) { UInt16($0[2]) << 8 | UInt16($0[3]) }
    }

    private static func problem(_ code: Int32) -> String {
        switch code {
        case EADDRINUSE: "another process listens there already"
        case EADDRNOTAVAIL: "this machine has no such address"
        default: String(cString: strerror(code))
        }
    }
}
