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

    /// What the coordinator of a run answers.
    ///
    /// - Returns: nil where no coordinator works, or none answers where one did: it may have been killed, and then its address stays. The
    ///   ledger knows what it had done.
    /// - Throws: `ClusterError`, what `question` throws.
    func answer<Answer>(of folder: RunFolder, to question: (ClusterClient) throws -> Answer) throws -> Answer? {
        do {
            return try client(of: folder).map(question)
        } catch ClusterError.noAnswer(let endpoint, _) {
            StandardError.shared.line("nobody answers at \(endpoint): the ledger is asked")
            return nil
        }
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
