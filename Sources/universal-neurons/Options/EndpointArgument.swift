import ArgumentParser
import Cluster

/// An endpoint as an argument.
enum EndpointArgument {
    /// Reads an endpoint.
    ///
    /// - Throws: `ClusterError.badEndpoint`.
    static func parse(_ text: String) throws -> Endpoint { try Endpoint(text) }
}
