import Logging
import SystemPackage

/// What a process was given to protect its connections with; which kind of protection follows depends on the endpoint.
public struct ClusterSecurity: Sendable, Hashable {
    /// The folder of its keys.
    public var keys: FilePath?
    /// Whether somebody asked for tcp without keys.
    public var isInsecure: Bool

    /// Keys, or the wish to do without.
    public init(keys: FilePath?, isInsecure: Bool) {
        self.keys = keys
        self.isInsecure = isInsecure
    }

    /// What protects sockets that listen at an endpoint; with keys an authenticator is started for the context.
    ///
    /// - Throws: `ClusterError.keysMissing`, `.secretExposed`, `.badKey`, or a `StorageError`.
    public func server(_ endpoint: Endpoint, in context: MessageContext, logger: Logger) throws -> Security {
        if case .ipc = endpoint.transport { return .privateFolder }
        if isInsecure { return .insecure }
        guard let keys else { throw ClusterError.keysMissing(endpoint) }
        let folder = KeyFolder(keys)
        // First, so that a folder that has no keys is named by what it lacks.
        _ = try folder.serverPair()
        return try folder.server(admittedBy: try Authenticator(context, admitting: folder) { logger.warning("\($0)") })
    }

    /// What protects a socket that connects to an endpoint.
    ///
    /// - Throws: `ClusterError.keysMissing`, `.secretExposed`, `.badKey`, or a `StorageError`.
    public func client(_ endpoint: Endpoint) throws -> Security {
        if case .ipc = endpoint.transport { return .privateFolder }
        if isInsecure { return .insecure }
        guard let keys else { throw ClusterError.keysMissing(endpoint) }
        return try KeyFolder(keys).client()
    }
}
