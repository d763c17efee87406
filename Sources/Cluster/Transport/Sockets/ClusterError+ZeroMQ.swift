import CZeroMQ
import Glibc

extension ClusterError {
    /// What the messaging library's last call on this thread failed with.
    static func lastFailure(of call: String) -> ClusterError {
        failure(of: call, code: zmq_errno())
    }

    /// An error number of the messaging library or of the operating system.
    static func failure(of call: String, code: Int32) -> ClusterError {
        .refused(call: call, code: code, problem: zmq_strerror(code).map { String(cString: $0) } ?? "unknown error")
    }

    /// Why listening or connecting is not possible somewhere, by an error number of either.
    static func failure(at endpoint: Endpoint, code: Int32, isListening: Bool) -> ClusterError {
        switch code {
        case EADDRINUSE: .endpointTaken(endpoint)
        case EACCES: .endpointUnusable(endpoint, problem: "this user may not listen there")
        case EADDRNOTAVAIL, ENODEV:
            .endpointUnusable(
                endpoint, problem: "this machine has no such address (to listen, give one of its addresses or 0.0.0.0, not a host name)")
        case ENOENT, ENOTDIR: .endpointUnusable(endpoint, problem: "there is no such folder")
        case EMFILE, ENFILE, ENOMEM: .failure(of: isListening ? "listening" : "connecting", code: code)
        default: .endpointUnusable(endpoint, problem: zmq_strerror(code).map { String(cString: $0) } ?? "unknown error")
        }
    }
}
