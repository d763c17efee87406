import Glibc
import Storage
import SystemPackage

/// The keys of a cluster in a folder: `server.key`, `server.pub`, `client.key`, `client.pub`, and in `allowed` the public keys of the
/// clients that a server lets in, one file each.
///
///     let keys = try KeyFolder.create(at: "keys")                    // keys init
///     try keys.allow(publicKey: PublicKey("…"), named: "worker-7")   // keys add
///
/// A server needs the whole folder but `client.key`; a client needs `client.key`, `client.pub` and `server.pub`.
public struct KeyFolder: Sendable, Hashable {
    /// Whose pair a file holds.
    private enum Owner: String { case server, client }

    /// What public keys' files end in.
    static let publicSuffix = ".pub"
    /// A key is 40 characters; anything much larger is another kind of file.
    private static let largestFile = 1_024

    /// The folder.
    public let path: FilePath

    /// A folder that holds keys already; its files are read when they are asked for.
    public init(_ path: FilePath) { self.path = path }

    /// Makes new keys for a server and for a client that it lets in, in a folder that only the owner can enter if it is new.
    ///
    /// - Throws: `ClusterError.keysExist`, or a `StorageError`.
    public static func create(at path: FilePath) throws -> KeyFolder {
        let keys = KeyFolder(path)
        if !Folder.exists(path) { try PrivateFolder.create(at: path) }
        for owner in [Owner.server, .client] where Folder.holdsFile(keys.secret(owner)) || Folder.holdsFile(keys.open(owner)) {
            throw ClusterError.keysExist(path)
        }
        try LocalFiles().createFolder(keys.allowed)
        for owner in [Owner.server, .client] {
            let pair = try KeyPair.generate()
            // The public half last: it is what a folder that is complete has.
            try SecretFile.write(pair.secretKey + "\n", to: keys.secret(owner))
            try DurableFile.replace(keys.open(owner), with: pair.publicKey.z85 + "\n")
            if owner == .client { try keys.allow(publicKey: pair.publicKey, named: "client") }
        }
        return keys
    }

    /// Lets the holder of a key in, on servers that run too.
    ///
    /// - Parameters:
    ///   - publicKey: The client's.
    ///   - named: What the logs call the client; a key of that name is replaced.
    /// - Throws: `ClusterError.badKeyName`, or a `StorageError`.
    public func allow(publicKey: PublicKey, named name: String) throws {
        guard Self.isName(name) else { throw ClusterError.badKeyName(LogText.line(name)) }
        try LocalFiles().createFolder(allowed)
        try DurableFile.replace(allowed.appending(name + Self.publicSuffix), with: publicKey.z85 + "\n")
    }

    /// The server's pair.
    ///
    /// - Throws: `ClusterError.secretExposed`, `.badKey`, or a `StorageError`.
    public func serverPair() throws -> KeyPair { try pair(.server) }

    /// The client's pair.
    ///
    /// - Throws: `ClusterError.secretExposed`, `.badKey`, or a `StorageError`.
    public func clientPair() throws -> KeyPair { try pair(.client) }

    /// What a client knows the server by.
    ///
    /// - Throws: `ClusterError.badKey`, or a `StorageError`.
    public func serverKey() throws -> PublicKey { try Self.publicKey(in: open(.server)) }

    /// What protects a socket that listens.
    ///
    /// - Throws: `ClusterError.secretExposed`, `.badKey`, or a `StorageError`.
    public func server(admittedBy authenticator: Authenticator) throws -> Security {
        .keys(.server(try serverPair(), admittedBy: authenticator))
    }

    /// What protects a socket that connects.
    ///
    /// - Throws: `ClusterError.secretExposed`, `.badKey`, or a `StorageError`.
    public func client() throws -> Security { .keys(.client(try clientPair(), server: try serverKey())) }

    /// Where the public keys of clients lie.
    var allowed: FilePath { path.appending("allowed") }

    private func secret(_ owner: Owner) -> FilePath { path.appending(owner.rawValue + ".key") }

    private func open(_ owner: Owner) -> FilePath { path.appending(owner.rawValue + Self.publicSuffix) }

    private func pair(_ owner: Owner) throws -> KeyPair {
        let file = secret(owner)
        let pair: KeyPair
        do {
            pair = try KeyPair(secretKey: try Self.text(of: file, isSecret: true))
        } catch ClusterError.badKeyText(let problem) {
            throw ClusterError.badKey(file, problem: problem)
        }
        guard try Self.publicKey(in: open(owner)) == pair.publicKey else {
            throw ClusterError.badKey(open(owner), problem: "it is not the public half of \(file.string)")
        }
        return pair
    }

    /// The public key in a file.
    static func publicKey(in file: FilePath) throws -> PublicKey {
        do {
            return try PublicKey(try text(of: file, isSecret: false))
        } catch ClusterError.badKeyText(let problem) {
            throw ClusterError.badKey(file, problem: problem)
        }
    }

    private static func text(of file: FilePath, isSecret: Bool) throws -> String {
        let descriptor = Glibc.open(file.string, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StorageError(Errno(rawValue: errno), .open, file) }
        defer { close(descriptor) }
        // Asked of the open file: what is checked is what is read.
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw StorageError(Errno(rawValue: errno), .read, file) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw ClusterError.badKey(file, problem: "it is no ordinary file") }
        if isSecret, status.st_mode & 0o077 != 0 {
            throw ClusterError.secretExposed(file, mode: status.st_mode & 0o7777, command: "chmod 600 \(file.string)")
        }
        guard status.st_size <= largestFile else { throw ClusterError.badKey(file, problem: "it has \(status.st_size) bytes") }
        var bytes = [UInt8](repeating: 0, count: largestFile)
        let count = read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw StorageError(Errno(rawValue: errno), .read, file) }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    /// Names that mean the same on every file system and in every log.
    private static func isName(_ name: String) -> Bool {
        guard (1...64).contains(name.utf8.count), let first = name.utf8.first else { return false }
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
        return isAlphanumeric(first) && name.utf8.allSatisfy { isAlphanumeric($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }
    }
}
