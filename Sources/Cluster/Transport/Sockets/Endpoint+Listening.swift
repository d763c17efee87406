import Glibc

extension Endpoint {
    /// Makes sure that a process could listen here now; nobody can connect meanwhile, and it keeps nobody from listening.
    ///
    /// What this does not know, such as the addresses of an interface that is named, shows when the process listens.
    ///
    /// - Throws: `ClusterError.endpointTaken`, `.endpointUnusable`, `.refused`.
    func checkIsFree() throws {
        switch transport {
        case .ipc(let path): if LocalSocket.isAnswering(at: path) { throw ClusterError.endpointTaken(self) }
        case .tcp(let host, let port): try checkIsFree(host, port)
        }
    }

    /// The endpoint to listen at so that whoever connects to this one finds this process: the name of a machine stands for all of its addresses.
    ///
    /// - Throws: `ClusterError.endpointUnusable` for the name of another machine.
    public func ofThisMachine() throws -> Endpoint {
        guard case .tcp(let host, let port) = transport, !needsIPv6, !host.utf8.allSatisfy({ $0 == 0x2E || (0x30...0x39).contains($0) }),
            if_nametoindex(host) == 0
        else { return self }
        var hints = addrinfo()
        hints.ai_family = AF_INET
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &found)
        guard code == 0 else { throw ClusterError.endpointUnusable(self, problem: String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(found) }
        let isOwn = sequence(first: found, next: { $0?.pointee.ai_next }).contains { place in
            guard let place = place?.pointee else { return false }
            let descriptor = socket(place.ai_family, place.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { return false }
            defer { close(descriptor) }
            return bind(descriptor, place.ai_addr, place.ai_addrlen) == 0
        }
        guard isOwn else {
            throw ClusterError.endpointUnusable(self, problem: "\(host) is another machine, and only this one can be listened at")
        }
        return try Endpoint("tcp://0.0.0.0:\(port.map(String.init) ?? "*")")
    }

    private func checkIsFree(_ host: String, _ port: UInt16?) throws {
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_PASSIVE | AI_NUMERICHOST | AI_NUMERICSERV
        var found: UnsafeMutablePointer<addrinfo>?
        let address = needsIPv6 ? String(host.dropFirst().dropLast()) : host
        guard getaddrinfo(address, "\(port ?? 0)", &hints, &found) == 0, let place = found?.pointee else {
            if if_nametoindex(address) == 0 { throw ClusterError.failure(at: self, code: ENODEV, isListening: true) }
            return
        }
        defer { freeaddrinfo(found) }
        let descriptor = socket(place.ai_family, place.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), place.ai_protocol)
        guard descriptor >= 0 else { throw ClusterError.failure(at: self, code: errno, isListening: true) }
        defer { close(descriptor) }
        var yes: Int32 = 1
        // The port of a process that has just ended is free again at once; one that somebody listens at stays taken.
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, place.ai_addr, place.ai_addrlen) == 0 else {
            throw ClusterError.failure(at: self, code: errno, isListening: true)
        }
    }
}
