import Foundation
import SmallRuns
import Testing

/// Hosts of a network of their own on this machine: namespaces that are connected by nothing but a bridge, each by a cable that can be
/// cut. All are gone with this object.
final class NetworkHosts {
    /// Whether tests with networks are asked for.
    static let areAskedFor = ProcessInfo.processInfo.environment["UN_NAMESPACES"] == "1"

    /// Whether this process may make namespaces.
    static let arePossible: Bool =
        (try? TemporaryFolder.with { folder in
            let hosts = try NetworkHosts(1, in: folder)
            return try hosts.run("netns", "exec", hosts.names[0], "true").status == 0
        }) ?? false

    /// The hosts' namespaces.
    let names: [String]
    /// The namespace of the bridge.
    private let bridge: String
    private let folder: URL

    /// Makes hosts and connects them.
    init(_ count: Int, in folder: URL) throws {
        self.folder = folder
        // Several tests may run at a time.
        let name = "un\(UInt32.random(in: 0...UInt32.max))"
        bridge = "\(name)-bridge"
        names = (0..<count).map { "\(name)-\($0)" }
        try set("netns", "add", bridge)
        try set("-n", bridge, "link", "add", "br0", "type", "bridge")
        try set("-n", bridge, "link", "set", "br0", "up")
        for (index, host) in names.enumerated() {
            try set("netns", "add", host)
            try set("-n", bridge, "link", "add", "port\(index)", "type", "veth", "peer", "name", "eth0", "netns", host)
            try set("-n", bridge, "link", "set", "port\(index)", "master", "br0")
            try set("-n", bridge, "link", "set", "port\(index)", "up")
            try set("-n", host, "address", "add", "\(address(of: index))/24", "dev", "eth0")
            try set("-n", host, "link", "set", "lo", "up")
            try set("-n", host, "link", "set", "eth0", "up")
        }
    }

    deinit { for name in names + [bridge] { _ = try? run("netns", "del", name) } }

    /// A host's address.
    func address(of host: Int) -> String { "10.213.0.\(host + 1)" }

    /// Starts the program on a host.
    func start(_ name: String, on host: Int, _ arguments: [String]) throws -> StartedProgram {
        let ip = try #require(EngineTools.url("ip"))
        let inside = ["netns", "exec", names[host], try BuiltProgram.url().path]
        return try StartedProgram(name, inside + arguments, in: folder, program: ip)
    }

    /// Cuts the cable of a host, or mends it. Both ends see that it carries nothing, as with a real one.
    func setCable(of host: Int, isWhole: Bool) throws { try set("-n", bridge, "link", "set", "port\(host)", isWhole ? "up" : "down") }

    private func set(_ arguments: String...) throws {
        let outcome = try EngineTools.run("ip", arguments, in: folder)
        try #require(outcome.status == 0, "ip \(arguments.joined(separator: " ")): \(outcome.text)")
    }

    private func run(_ arguments: String...) throws -> (status: Int32, text: String) { try EngineTools.run("ip", arguments, in: folder) }
}
