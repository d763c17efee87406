import CZeroMQ

extension ClusterError {
    /// What the messaging library's last call on this thread failed with.
    static func lastFailure(of call: String) -> ClusterError {
        failure(of: call, code: zmq_errno())
    }

    /// An error number of the messaging library or of the operating system.
    static func failure(of call: String, code: Int32) -> ClusterError {
        .refused(call: call, code: code, problem: zmq_strerror(code).map { String(cString: $0) } ?? "unknown error")
    }
}
