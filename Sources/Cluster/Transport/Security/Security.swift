import SystemPackage

/// What protects a socket.
public enum Security: Sendable {
    /// CURVE: both sides prove their keys, everything is encrypted.
    case keys(Role)
    /// Nothing, because somebody asked for that (`--insecure`).
    case insecure
    /// The file system: ipc within a folder that only the owner can enter.
    case privateFolder

    /// Which side of a CURVE handshake a socket is.
    public enum Role: Sendable {
        /// It listens, and lets in those whose keys the authenticator knows.
        case server(KeyPair, admittedBy: Authenticator)
        /// It connects, and only to the holder of the server's secret key.
        case client(KeyPair, server: PublicKey)
    }

    /// The name under which a process connects: with keys it shows whose it is, and others cannot use it.
    func name(for process: String) -> String {
        if case .keys(.client(let pair, _)) = self { process + PeerKey.ending(of: pair.publicKey) } else { process }
    }

    /// Whether everybody who sends something through it has proved a key.
    var provesKeys: Bool { if case .keys = self { true } else { false } }

    /// The same protection towards another server; nil where keys are used and that server's is not known.
    func towards(_ server: PublicKey?) -> Security? {
        guard case .keys(.client(let pair, _)) = self else { return self }
        return server.map { .keys(.client(pair, server: $0)) }
    }

    /// Makes sure that an endpoint may be used like this.
    ///
    /// - Throws: `ClusterError.keysMissing`, `.wrongRole`, or `.folderNotPrivate`.
    func permit(_ endpoint: Endpoint, isListening: Bool) throws {
        switch (self, endpoint.transport) {
        case (.insecure, _): break
        case (.keys(.server), _): if !isListening { throw ClusterError.wrongRole(endpoint, isListening: false) }
        case (.keys(.client), _): if isListening { throw ClusterError.wrongRole(endpoint, isListening: true) }
        case (.privateFolder, .tcp): throw ClusterError.keysMissing(endpoint)
        case (.privateFolder, .ipc(let path)): try PrivateFolder.check(path.removingLastComponent())
        }
    }
}
