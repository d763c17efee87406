import ArgumentParser
import Cluster
import Pipeline
import SystemPackage

/// How commands reach the coordinator of a run.
struct ConnectionOptions: ParsableArguments {
    @OptionGroup var security: SecurityOptions

    /// A client of a run's coordinator; nil while it has none.
    ///
    /// - Throws: `ClusterError`.
    func client(of folder: RunFolder) throws -> ClusterClient? {
        guard let endpoint = try ClusterClient.endpoint(of: folder) else { return nil }
        return try client(of: endpoint, launch: try ClusterLaunch.read(in: folder))
    }

    /// A client of the coordinator at an endpoint.
    ///
    /// - Parameter launch: how the coordinator was started: its keys serve where none are named.
    /// - Throws: `ClusterError`.
    func client(of endpoint: Endpoint, launch: ClusterLaunch? = nil) throws -> ClusterClient {
        var security = security.value
        if security.keys == nil, !security.isInsecure, let launch { security = launch.security }
        let reachable = try endpoint.reachable()
        return try ClusterClient(reachable, security: try security.client(reachable, as: .control), in: try MessageContext())
    }
}
