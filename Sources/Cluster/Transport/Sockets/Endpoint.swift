import Glibc
import SystemPackage

/// Where a process listens, or what it connects to.
///
///     try Endpoint("tcp://coordinator.example:7400")
///     try Endpoint("tcp://0.0.0.0:*")      // every interface, any free port
///     try Endpoint("ipc:///run/un/coordinator")
public struct Endpoint: Sendable, Hashable, CustomStringConvertible {
    /// How the bytes travel.
    public enum Transport: Sendable, Hashable {
        /// Over the network; no port stands for any free one.
        case tcp(host: String, port: UInt16?)
        /// Within the machine, through a socket at an absolute path.
        case ipc(FilePath)
    }

    /// The longest path of a socket in bytes: `sun_path` less the zero at its end.
    public static let longestPath = MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1

    /// How the bytes travel, and where.
    public let transport: Transport

    /// An endpoint as people write it.
    ///
    /// - Throws: `ClusterError.badEndpoint` with what is wrong with it.
    public init(_ text: String) throws {
        func refuse(_ problem: String) -> ClusterError { .badEndpoint(LogText.line(text), problem: problem) }
        if text.hasPrefix("tcp://") {
            transport = try Self.tcp(text.dropFirst("tcp://".count), refuse)
        } else if text.hasPrefix("ipc://") {
            transport = try Self.ipc(text.dropFirst("ipc://".count), refuse)
        } else {
            throw refuse("it begins with neither tcp:// nor ipc://")
        }
    }

    /// A socket within the machine.
    ///
    /// - Throws: `ClusterError.badEndpoint` when the path is relative or too long.
    public init(ipc path: FilePath) throws {
        try self.init("ipc://\(path.string)")
    }

    /// The endpoint as `init(_:)` reads it.
    public var description: String {
        switch transport {
        case .tcp(let host, let port): "tcp://\(host):\(port.map(String.init) ?? "*")"
        case .ipc(let path): "ipc://\(path.string)"
        }
    }

    /// Whether it names one place, that a client can connect to.
    public var isConcrete: Bool {
        switch transport {
        case .tcp(let host, let port): port != nil && host != "0.0.0.0" && host != "[::]"
        case .ipc: true
        }
    }

    /// Where a process of this machine finds who listens here: every interface is also the machine's own.
    ///
    /// - Throws: `ClusterError.badEndpoint`.
    public func reachable() throws -> Endpoint {
        guard case .tcp(let host, let port?) = transport, !isConcrete else { return self }
        return try Endpoint("tcp://\(host == "[::]" ? "[::1]" : "127.0.0.1"):\(port)")
    }

    /// Whether the host is an IPv6 address.
    var needsIPv6: Bool {
        if case .tcp(let host, _) = transport { host.hasPrefix("[") } else { false }
    }

    private static func tcp(_ text: Substring, _ refuse: (String) -> ClusterError) throws -> Transport {
        guard let colon = text.lastIndex(of: ":") else { throw refuse("the port is missing") }
        let host = text[..<colon]
        let portText = text[text.index(after: colon)...]
        if host.hasPrefix("[") || host.contains(":") {
            let inner = host.dropFirst().dropLast()
            guard host.hasPrefix("["), host.hasSuffix("]"), !inner.isEmpty, inner.utf8.allSatisfy({ isAddress6($0) }) else {
                throw refuse("an IPv6 address stands in brackets, as in tcp://[::1]:7400")
            }
        } else {
            guard !host.isEmpty else { throw refuse("the host is missing (0.0.0.0 stands for every interface)") }
            // 253 bytes: the longest name that DNS knows.
            guard host.utf8.count <= 253, host.utf8.allSatisfy({ isName($0) }) else {
                throw refuse("a host is a name or an address (0.0.0.0 stands for every interface)")
            }
        }
        if portText == "*" { return .tcp(host: String(host), port: nil) }
        guard portText.utf8.allSatisfy({ isDigit($0) }), let port = UInt16(portText), port > 0 else {
            throw refuse("a port is a number from 1 to 65535, or * for any free one")
        }
        return .tcp(host: String(host), port: port)
    }

    private static func ipc(_ path: Substring, _ refuse: (String) -> ClusterError) throws -> Transport {
        guard path.hasPrefix("/"), path.count > 1, !path.hasSuffix("/") else {
            throw refuse("an ipc path is an absolute path of a file, as in ipc:///run/name")
        }
        guard path.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { throw refuse("the path has control characters") }
        guard path.utf8.count <= longestPath else {
            throw refuse("its path has \(path.utf8.count) bytes, and the system allows \(longestPath); choose a folder nearer to the root")
        }
        return .ipc(FilePath(String(path)))
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private static func isName(_ byte: UInt8) -> Bool {
        isDigit(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D || byte == 0x2E || byte == 0x5F
    }

    /// Digits in hexadecimal, colons, and the zone of a link-local address.
    private static func isAddress6(_ byte: UInt8) -> Bool { isName(byte) || byte == 0x3A || byte == 0x25 }
}

extension Endpoint: TextCoded {
    /// For messages about a text that is none.
    public static var kind: String { "an endpoint" }
}
