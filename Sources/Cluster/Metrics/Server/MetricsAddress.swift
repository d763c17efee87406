/// Where a process serves its metrics.
///
///     try MetricsAddress("127.0.0.1:9400")
///     try MetricsAddress("[::1]:9400")
///     try MetricsAddress("0.0.0.0:*")      // every interface, any free port
public struct MetricsAddress: Sendable, Hashable, CustomStringConvertible {
    /// A name or an address; that of IPv6 without its brackets.
    public let host: String
    /// The port; nil stands for any free one.
    public let port: UInt16?

    /// An address as people write it.
    ///
    /// - Throws: `ClusterError.badMetricsAddress` with what is wrong with it.
    public init(_ text: String) throws {
        do {
            guard case .tcp(let host, let port) = try Endpoint("tcp://\(text)").transport else {
                throw ClusterError.badMetricsAddress(LogText.line(text), problem: "it is none of the network")
            }
            self.init(host: host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host, port: port)
        } catch ClusterError.badEndpoint(_, let problem) {
            throw ClusterError.badMetricsAddress(LogText.line(text), problem: problem)
        }
    }

    init(host: String, port: UInt16?) {
        self.host = host
        self.port = port
    }

    /// The address as `init(_:)` reads it.
    public var description: String { "\(host.contains(":") ? "[\(host)]" : host):\(port.map(String.init) ?? "*")" }
}

extension MetricsAddress: TextCoded {
    /// For messages about a text that is none.
    public static var kind: String { "an address" }
}
