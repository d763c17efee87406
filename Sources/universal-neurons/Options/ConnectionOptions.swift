import ArgumentParser
import Cluster
import Diagnostics
import Pipeline
import SystemPackage

/// How commands reach the coordinator of a run.
struct ConnectionOptions: ParsableArguments {
    @OptionGroup var security: SecurityOptions

    /// What the coordinator of a run answers, or what the run's ledger knows where none does.
    ///
    /// - Parameter ledger: what a run's folder knows by itself; only its coordinator knows anything of a run that lies elsewhere.
    /// - Throws: `ClusterError`, what the closures throw.
    func answer<Answer>(
        of place: RunPlace, to question: (ClusterClient) throws -> Answer, else ledger: (RunFolder) throws -> Answer
    ) throws -> Answer {
        switch place {
        case .coordinator(let endpoint): try question(client(of: endpoint))
        case .folder(let folder): try answer(of: folder, to: question) ?? ledger(folder)
        }
    }

    /// What the coordinator of a run answers.
    ///
    /// - Returns: nil where no coordinator works, or none lets this process in where one did: it may have been killed, and then its address stays. The
    ///   ledger knows what it had done.
    /// - Throws: `ClusterError`, what `question` throws.
    private func answer<Answer>(of folder: RunFolder, to question: (ClusterClient) throws -> Answer) throws -> Answer? {
        var asked: CoordinatorAddress?
        while let address = try CoordinatorAddress.read(in: folder) {
            do {
                if address.isGone(from: folder) {
                    let process = "process \(address.process)"
                    StandardError.shared.line("\(process), which listened at \(address.endpoint), is gone: the ledger is asked")
                    return nil
                }
                return try question(client(of: address.endpoint, address, launch: try ClusterLaunch.read(in: folder.underWay)))
            } catch ClusterError.noAnswer(let endpoint, _) {
                StandardError.shared.line("nobody answers at \(endpoint): the ledger is asked")
            } catch ClusterError.otherCoordinator(let endpoint, let run) {
                // It may be the run's next one, which has its address posted by now.
                if asked != address, try CoordinatorAddress.read(in: folder) != address {
                    asked = address
                    continue
                }
                StandardError.shared.line("at \(endpoint) another coordinator listens, of the run \(run.printable()): the ledger is asked")
            } catch let error as ClusterError {
                // Another run's coordinator may listen there by now.
                guard case .handshakeFailed = error else { throw error }
                StandardError.shared.line("\(error.message) (\(error.remedy)): the ledger is asked")
            }
            return nil
        }
        return nil
    }

    /// A client of the coordinator at an endpoint.
    ///
    /// - Parameters:
    ///   - address: what the run's folder says of it: no other one is meant; nil: whichever listens.
    ///   - launch: how the coordinator was started: its keys serve where none are named.
    /// - Throws: `ClusterError`.
    private func client(
        of endpoint: Endpoint, _ address: CoordinatorAddress? = nil, launch: ClusterLaunch? = nil
    ) throws -> ClusterClient {
        var security = security.value
        if security.keys == nil, !security.isInsecure, let launch { security = launch.security }
        let reachable = try endpoint.reachable()
        return try ClusterClient(
            reachable, of: address, security: try security.client(reachable, as: .control), in: try MessageContext())
    }
}
