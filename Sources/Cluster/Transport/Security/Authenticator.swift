import Glibc

/// Decides, on a thread of its own, whom the servers of a context let in: holders of keys on the allow-list and nobody else.
///
/// There is at most one for a context. It runs as long as anything that listens with its help: every such socket keeps it, so that no
/// socket is ever open without its doorkeeper. The allow-list is read again when it changes; connections that exist already stay.
public final class Authenticator: Sendable {
    /// What the library is told to ask about.
    static let domain = "universal-neurons"

    let context: MessageContext

    private let service: AuthenticationService
    private let thread: pthread_t

    /// Starts it; from here on it answers.
    ///
    /// - Parameters:
    ///   - context: The context of the sockets.
    ///   - keys: Where the allow-list is.
    ///   - roles: Whose keys it lets in.
    ///   - log: Told of denials, on the authenticator's thread: the first time, then each time their number has doubled.
    /// - Throws: `ClusterError.badKey` for a file on the allow-list that is no key, `.keyWithoutRole`, `.refused` when the context has an authenticator
    ///   already, or a `StorageError`.
    public init(
        _ context: MessageContext, admitting keys: KeyFolder, as roles: Set<KeyRole>, log: @escaping @Sendable (Denial) -> Void
    ) throws {
        self.context = context
        let service = try AuthenticationService(context, AllowList(keys.allowed), roles, log)
        self.service = service
        var thread = pthread_t()
        let kept = Unmanaged.passRetained(service)
        let code = pthread_create(
            &thread, nil,
            { kept in
                if let kept { Unmanaged<AuthenticationService>.fromOpaque(kept).takeRetainedValue().run() }
                return nil
            }, kept.toOpaque())
        guard code == 0 else {
            kept.release()
            service.close()
            throw ClusterError.failure(of: "starting the authenticator", code: code)
        }
        // Last: from here on `deinit` joins it.
        self.thread = thread
    }

    deinit {
        service.stop()
        // The log may have held the last reference: then this is the authenticator's own thread.
        if pthread_equal(pthread_self(), thread) != 0 { pthread_detach(thread) } else { pthread_join(thread, nil) }
    }

    /// How many connections were made to sockets that it guards. Whoever then says nothing that is a handshake (a port scanner, a
    /// browser) is cut off and shows in this number only.
    public var connections: Int { service.connections }

    /// How often somebody was not let in.
    public var denials: Int { service.denials }

    /// How often somebody was let in.
    public var admissions: Int { service.admissions }

    /// Also counts the handshakes of a socket that fail before there is a key to ask about.
    func watch(_ monitor: HandshakeMonitor) { service.watch(monitor) }
}
