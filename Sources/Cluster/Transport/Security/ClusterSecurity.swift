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

    /// What protects the coordinator's socket at an endpoint; with keys an authenticator is started for the context.
    ///
    /// - Throws: `ClusterError.keysMissing`, `.noKey`, `.keyWithoutRole`, `.secretExposed`, `.badKey`, or a `StorageError`.
    public func coordinator(_ endpoint: Endpoint, in context: MessageContext, logger: Logger) throws -> Security {
        try server(endpoint, in: context, admitting: Set(KeyRole.allCases), logger: logger) { try $0.serverPair() }
    }

    /// What protects the socket at which a reducer listens for workers, with its own key.
    ///
    /// - Throws: as `coordinator`.
    public func reducer(_ endpoint: Endpoint, in context: MessageContext, logger: Logger) throws -> Security {
        try server(endpoint, in: context, admitting: [.worker], logger: logger) { try $0.pair(of: .reducer) }
    }

    private func server(
        _ endpoint: Endpoint, in context: MessageContext, admitting roles: Set<KeyRole>, logger: Logger,
        _ pair: (KeyFolder) throws -> KeyPair
    ) throws -> Security {
        if case .ipc = endpoint.transport { return .privateFolder }
        if isInsecure { return .insecure }
        guard let keys else { throw ClusterError.keysMissing(endpoint) }
        let folder = KeyFolder(keys)
        // First, so that a folder that has no keys is named by what it lacks.
        let pair = try pair(folder)
        return .keys(.server(pair, admittedBy: try Authenticator(context, admitting: folder, as: roles) { logger.warning("\($0)") }))
    }

    /// What protects a socket that connects to an endpoint.
    ///
    /// - Parameter role: as what it connects.
    /// - Throws: `ClusterError.keysMissing`, `.noKey`, `.keyWithoutRole`, `.secretExposed`, `.badKey`, or a `StorageError`.
    public func client(_ endpoint: Endpoint, as role: KeyRole) throws -> Security {
        if case .ipc = endpoint.transport { return .privateFolder }
        if isInsecure { return .insecure }
        guard let keys else { throw ClusterError.keysMissing(endpoint) }
        return try KeyFolder(keys).client(as: role)
    }
}
