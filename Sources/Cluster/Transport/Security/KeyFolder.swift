import Glibc
import Storage
import SystemPackage

/// The keys of a cluster in a folder: a pair of the coordinator (`server.key`, `server.pub`), one for each role (`worker.key`, `worker.pub` …),
/// and in `allowed` the public keys that are let in, one file each (`NAME.ROLE.pub`).
///
///     let keys = try KeyFolder.create(at: "keys")                                // keys init
///     try keys.add(.worker, named: "lab-7")                                      // keys add keys worker lab-7
///     try keys.allow(publicKey: PublicKey("…"), as: .reducer, named: "lab-8")    // keys add keys reducer lab-8 …
///
/// The coordinator needs `server.key`, `server.pub` and `allowed`, a reducer `reducer.key`, `reducer.pub`, `server.pub` and `allowed`;
/// workers and people need the pair of their role and `server.pub`.
public struct KeyFolder: Sendable, Hashable {
    /// The name of the coordinator's pair.
    private static let server = "server"
    /// The name on the allow-list of the pairs that come with a new folder.
    private static let firstName = "first"
    /// What an earlier version called its only client's secret.
    private static let oldSecret = "client.key"

    /// What public keys' files end in.
    static let publicSuffix = ".pub"
    /// Everybody may read a public key; only its owner says whose is let in.
    private static let publicMode: mode_t = 0o644
    /// A key is 40 characters; anything much larger is another kind of file.
    private static let largestFile = 1_024

    /// The folder.
    public let path: FilePath

    /// A folder that holds keys already; its files are read when they are asked for.
    public init(_ path: FilePath) { self.path = path }

    /// Makes new keys for a coordinator and for one holder of each role, in a folder that only the owner can enter if it is new.
    ///
    /// - Throws: `ClusterError.keysExist`, or a `StorageError`.
    public static func create(at path: FilePath) throws -> KeyFolder {
        let keys = KeyFolder(path)
        if !Folder.exists(path) { try PrivateFolder.create(at: path) }
        let owners = [server] + KeyRole.allCases.map(\.rawValue)
        for owner in owners where Folder.holdsFile(keys.secret(owner)) || Folder.holdsFile(keys.open(owner)) {
            throw ClusterError.keysExist(path)
        }
        try keys.createAllowed()
        _ = try keys.generate(server)
        for role in KeyRole.allCases { try keys.allow(publicKey: try keys.generate(role.rawValue), as: role, named: firstName) }
        return keys
    }

    /// Makes a new pair and lets its holder in, on servers that run too.
    ///
    /// - Returns: a folder within this one with everything that the holder needs.
    /// - Throws: `ClusterError.badKeyName`, `.keysExist` where that folder is there already, or a `StorageError`.
    @discardableResult
    public func add(_ role: KeyRole, named name: String) throws -> KeyFolder {
        guard Self.isName(name), name != allowed.lastComponent?.string else { throw ClusterError.badKeyName(LogText.line(name)) }
        let folder = KeyFolder(path.appending(name))
        let server = try serverKey()
        guard !Folder.exists(folder.path) else { throw ClusterError.keysExist(folder.path) }
        try PrivateFolder.create(at: folder.path)
        let key = try folder.generate(role.rawValue)
        try DurableFile.replace(folder.open(Self.server), with: server.z85 + "\n")
        try allow(publicKey: key, as: role, named: name)
        if role == .reducer {
            // It is a server too: it lets the workers in that are known by now.
            for file in try Folder.names(in: allowed) where file.hasSuffix(".\(KeyRole.worker.rawValue)\(Self.publicSuffix)") {
                let worker = try Self.publicKey(in: allowed.appending(file))
                try folder.createAllowed()
                try GuardedFile.write(worker.z85 + "\n", to: folder.allowed.appending(file), mode: Self.publicMode)
            }
        }
        return folder
    }

    /// Lets the holder of a key in, on servers that run too.
    ///
    /// - Parameters:
    ///   - publicKey: The holder's.
    ///   - role: What the holder may do.
    ///   - name: What the logs call the key; one of that name and role is replaced.
    /// - Throws: `ClusterError.badKeyName`, or a `StorageError`.
    public func allow(publicKey: PublicKey, as role: KeyRole, named name: String) throws {
        guard Self.isName(name) else { throw ClusterError.badKeyName(LogText.line(name)) }
        try createAllowed()
        let file = allowed.appending("\(name).\(role.rawValue)\(Self.publicSuffix)")
        try GuardedFile.write(publicKey.z85 + "\n", to: file, mode: Self.publicMode)
    }

    /// Makes the allow-list's folder where it is missing, so that others than its owner cannot change it, whatever the umask.
    private func createAllowed() throws {
        try LocalFiles().createFolder(path)
        guard mkdir(allowed.string, 0o755) != 0 else { return try LocalFiles().syncFolder(path) }
        let code = Errno(rawValue: errno)
        guard code == .fileExists else { throw StorageError(code, .createFolder, allowed) }
    }

    /// Makes a pair.
    private func generate(_ owner: String) throws -> PublicKey {
        let pair = try KeyPair.generate()
        // The public half last: it is what a folder that is complete has.
        try GuardedFile.write(pair.secretKey + "\n", to: secret(owner))
        try DurableFile.replace(open(owner), with: pair.publicKey.z85 + "\n")
        return pair.publicKey
    }

    /// The coordinator's pair.
    ///
    /// - Throws: `ClusterError.secretExposed`, `.keyMissing`, `.badKey`, or a `StorageError`.
    public func serverPair() throws -> KeyPair { try pair(named: Self.server) }

    /// The pair of a role.
    ///
    /// - Throws: `ClusterError.keyMissing` where there is no such folder, `.noKey`, `.keyWithoutRole` for one of an earlier version,
    ///   `.secretExposed`, `.badKey`, or a `StorageError`.
    public func pair(of role: KeyRole) throws -> KeyPair {
        guard Folder.exists(path) else { throw ClusterError.keyMissing(secret(role.rawValue)) }
        guard Folder.holdsFile(secret(role.rawValue)) else {
            let old = path.appending(Self.oldSecret)
            throw Folder.holdsFile(old) ? ClusterError.keyWithoutRole(old) : .noKey(secret(role.rawValue), role: role)
        }
        return try pair(named: role.rawValue)
    }

    /// What everybody knows the coordinator by.
    ///
    /// - Throws: `ClusterError.keyMissing`, `.badKey`, or a `StorageError`.
    public func serverKey() throws -> PublicKey { try Self.publicKey(in: open(Self.server)) }

    /// What protects the coordinator's socket.
    ///
    /// - Throws: `ClusterError.secretExposed`, `.keyMissing`, `.badKey`, or a `StorageError`.
    public func server(admittedBy authenticator: Authenticator) throws -> Security {
        .keys(.server(try serverPair(), admittedBy: authenticator))
    }

    /// What protects a socket that connects to the coordinator.
    ///
    /// - Throws: as `pair(of:)`.
    public func client(as role: KeyRole) throws -> Security { .keys(.client(try pair(of: role), server: try serverKey())) }

    /// Where the public keys lie that are let in.
    var allowed: FilePath { path.appending("allowed") }

    private func secret(_ owner: String) -> FilePath { path.appending(owner + ".key") }

    private func open(_ owner: String) -> FilePath { path.appending(owner + Self.publicSuffix) }

    private func pair(named owner: String) throws -> KeyPair {
        let file = secret(owner)
        let pair: KeyPair
        do {
            pair = try KeyPair(secretKey: try Self.text(of: file, as: .secret))
        } catch ClusterError.badKeyText(let problem) {
            throw ClusterError.badKey(file, problem: problem)
        }
        guard try Self.publicKey(in: open(owner)) == pair.publicKey else {
            throw ClusterError.badKey(open(owner), problem: "it is not the public half of \(file.string)")
        }
        return pair
    }

    /// What a key's file is read for.
    private enum Use { case secret, open, admission }

    /// The public key in a file.
    ///
    /// - Parameter isAdmission: whether its holder is let in by it: then others must not be able to change it.
    static func publicKey(in file: FilePath, isAdmission: Bool = false) throws -> PublicKey {
        do {
            return try PublicKey(try text(of: file, as: isAdmission ? .admission : .open))
        } catch ClusterError.badKeyText(let problem) {
            throw ClusterError.badKey(file, problem: problem)
        }
    }

    private static func text(of file: FilePath, as use: Use) throws -> String {
        let descriptor = Glibc.open(file.string, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { throw ClusterError.keyMissing(file) }
            throw StorageError(Errno(rawValue: errno), .open, file)
        }
        defer { close(descriptor) }
        // Asked of the open file: what is checked is what is read.
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw StorageError(Errno(rawValue: errno), .read, file) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw ClusterError.badKey(file, problem: "it is no ordinary file") }
        switch use {
        case .open: break
        case .admission: try AllowList.check(status, of: file)
        case .secret:
            guard status.st_mode & 0o077 == 0 else {
                throw ClusterError.secretExposed(file, mode: status.st_mode & 0o7777, command: "chmod 600 \(file.string)")
            }
        }
        guard status.st_size <= largestFile else { throw ClusterError.badKey(file, problem: "it has \(status.st_size) bytes") }
        var bytes = [UInt8](repeating: 0, count: largestFile)
        let count = read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw StorageError(Errno(rawValue: errno), .read, file) }
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    /// Names that mean the same on every file system and in every log.
    static func isName(_ name: String) -> Bool {
        guard (1...64).contains(name.utf8.count), let first = name.utf8.first else { return false }
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
        }
        return isAlphanumeric(first) && name.utf8.allSatisfy { isAlphanumeric($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }
    }
}
