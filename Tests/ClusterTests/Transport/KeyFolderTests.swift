import Foundation
import Glibc
import SystemPackage
import Testing

@testable import Cluster

@Suite("A folder of keys")
struct KeyFolderTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func mode(_ path: FilePath) -> mode_t {
        var status = stat()
        return lstat(path.string, &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    private func write(_ text: String, to path: FilePath) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path.string))
    }

    @Test("is made with pairs that fit, secrets for the owner only, and its own client let in")
    func create() throws {
        let path = folder.file("keys")
        let keys = try KeyFolder.create(at: path)
        #expect(mode(path) == 0o700)
        for name in ["server.key", "client.key"] { #expect(mode(path.appending(name)) == 0o600) }
        let server = try keys.serverPair()
        #expect(try keys.serverKey() == server.publicKey)
        #expect(try keys.clientPair().publicKey != server.publicKey)
        #expect(try AllowList(keys.allowed).name(of: keys.clientPair().publicKey) == "client")
        #expect(try AllowList(keys.allowed).name(of: server.publicKey) == nil)
        #expect(try names(path) == ["allowed", "client.key", "client.pub", "server.key", "server.pub"])
    }

    private func names(_ path: FilePath) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path.string).sorted()
    }

    @Test("is never made over one that is there")
    func twice() throws {
        let keys = try KeyFolder.create(at: folder.file("keys"))
        let pair = try keys.serverPair()
        #expect(throws: ClusterError.keysExist(keys.path)) { try KeyFolder.create(at: keys.path) }
        #expect(try keys.serverPair() == pair)
    }

    @Test(
        "refuses a secret that group or others can read, and names the file, its mode and the command",
        arguments: [0o640, 0o604, 0o660, 0o644] as [mode_t])
    func exposed(mode: mode_t) throws {
        let keys = try KeyFolder.create(at: folder.file("keys"))
        let file = keys.path.appending("server.key")
        chmod(file.string, mode)
        let error = #expect(throws: ClusterError.self) { try keys.serverPair() }
        #expect(error?.exitStatus == .noPermission)
        let text = error?.description ?? ""
        #expect(text.contains(file.string) && text.contains("mode 0\(String(mode, radix: 8))") && text.contains("chmod 600 \(file.string)"))
        // The other pair is not concerned.
        _ = try keys.clientPair()
        chmod(file.string, 0o400)
        _ = try keys.serverPair()
    }

    @Test(
        "refuses a file that holds no key by its name, and never shows what it holds",
        arguments: [
            "", "short", String(repeating: "x", count: 41), String(repeating: "~", count: 40), String(repeating: "#", count: 40),
            String(repeating: "é", count: 20), String(repeating: "a", count: 5_000),
        ])
    func malformed(text: String) throws {
        let keys = try KeyFolder.create(at: folder.file("keys"))
        for name in ["server.pub", "server.key", "allowed/other.pub"] {
            let file = FilePath(keys.path.string + "/" + name)
            let old = try? Data(contentsOf: URL(fileURLWithPath: file.string))
            try write(text, to: file)
            if name.hasSuffix(".key") { chmod(file.string, 0o600) }
            let error = #expect(throws: ClusterError.self) {
                _ = try AllowList(keys.allowed)
                _ = try keys.serverPair()
            }
            guard case .badKey(file, _)? = error else {
                Issue.record("\(name): \(String(describing: error))")
                continue
            }
            #expect(error?.exitStatus == .dataError)
            #expect(text.isEmpty || error?.description.contains(text) == false)
            if let old { try old.write(to: URL(fileURLWithPath: file.string)) } else { unlink(file.string) }
            if name.hasSuffix(".key") { chmod(file.string, 0o600) }
        }
    }

    @Test("refuses a public key that is another secret's")
    func mismatch() throws {
        let keys = try KeyFolder.create(at: folder.file("keys"))
        try write(try KeyPair.generate().publicKey.z85, to: keys.path.appending("client.pub"))
        #expect(throws: ClusterError.self) { try keys.clientPair() }
        #expect(throws: ClusterError.self) { try keys.client() }
    }

    @Test(
        "takes keys to let in under plain names only",
        arguments: ["", "../server", "a/b", ".hidden", "a b", "ü", "-x", String(repeating: "n", count: 65)])
    func names(name: String) throws {
        let keys = try KeyFolder.create(at: folder.file("keys"))
        let key = try KeyPair.generate().publicKey
        #expect(throws: ClusterError.self) { try keys.allow(publicKey: key, named: name) }
        try keys.allow(publicKey: key, named: "worker-7.rack_2")
        #expect(try AllowList(keys.allowed).name(of: key) == "worker-7.rack_2")
    }

    @Test("an allow-list that changes is read again; what is damaged or gone lets nobody in")
    func refresh() throws {
        let keys = try KeyFolder.create(at: folder.file("keys"))
        var list = try AllowList(keys.allowed)
        let key = try KeyPair.generate().publicKey
        try keys.allow(publicKey: key, named: "late")
        #expect(list.refresh() == [])
        #expect(list.name(of: key) == "late")
        try write("nonsense", to: keys.allowed.appending("late.pub"))
        #expect(list.refresh().count == 1)
        #expect(list.name(of: key) == nil)
        #expect(try list.name(of: keys.clientPair().publicKey) == "client")
        #expect(list.refresh() == [])
        try FileManager.default.removeItem(atPath: keys.allowed.string)
        #expect(list.refresh().count == 1)
        #expect(try list.name(of: keys.clientPair().publicKey) == nil)
    }

    @Test("a pair shows only its public half")
    func description() throws {
        let pair = try KeyPair.generate()
        var dumped = ""
        dump(pair, to: &dumped)
        for text in ["\(pair)", String(reflecting: pair), dumped] {
            #expect(text.contains(pair.publicKey.z85) && !text.contains(pair.secretKey))
        }
        #expect(try KeyPair(secretKey: pair.secretKey + "\n") == pair)
    }
}
