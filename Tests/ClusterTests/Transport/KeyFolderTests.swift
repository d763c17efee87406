import Foundation
import Glibc
import SmallRuns
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

    @Test("is made with pairs that fit, secrets for the owner only, and one holder of each role let in")
    func create() throws {
        let path = folder.file("keys")
        let keys = try KeyFolder.create(at: path)
        #expect(mode(path) == 0o700)
        for name in ["server.key", "worker.key", "reducer.key", "control.key"] { #expect(mode(path.appending(name)) == 0o600) }
        let server = try keys.serverPair()
        #expect(try keys.serverKey() == server.publicKey)
        let list = try AllowList(keys.allowed)
        for role in KeyRole.allCases {
            let key = try keys.pair(of: role).publicKey
            #expect(list.peer(of: key) == PeerKey(role: role, name: "first", key: key))
        }
        #expect(Set(try KeyRole.allCases.map { try keys.pair(of: $0).publicKey }).count == KeyRole.allCases.count)
        #expect(list.peer(of: server.publicKey) == nil)
        let owners = ["control", "reducer", "server", "worker"]
        #expect(try names(path) == ["allowed"] + owners.flatMap { ["\($0).key", "\($0).pub"] })
    }

    @Test("gets a folder for each holder that is added, with what that one needs and no secret of others")
    func add() throws {
        let keys = try KeyFolder.create(at: folder.file("keys"))
        let worker = try keys.add(.worker, named: "lab-7")
        #expect(try names(worker.path) == ["server.pub", "worker.key", "worker.pub"] && mode(worker.path) == 0o700)
        let reducer = try keys.add(.reducer, named: "rack.2")
        #expect(try names(reducer.path) == ["allowed", "reducer.key", "reducer.pub", "server.pub"])
        #expect(try names(reducer.allowed) == ["first.worker.pub", "lab-7.worker.pub"])
        let list = try AllowList(keys.allowed)
        #expect(try list.peer(of: worker.pair(of: .worker).publicKey)?.name == "lab-7")
        #expect(try list.peer(of: reducer.pair(of: .reducer).publicKey)?.description == "the reducer's key \"rack.2\"")
        _ = try worker.client(as: .worker)
        #expect(throws: ClusterError.noKey(worker.path.appending("control.key"), role: .control)) { try worker.client(as: .control) }
        for name in ["lab-7", "allowed", "../other"] { #expect(throws: ClusterError.self) { try keys.add(.worker, named: name) } }
    }

    @Test("of an earlier version, whose only client's key could do everything, is refused with what to do")
    func old() throws {
        let keys = try KeyFolder.create(at: folder.file("keys"))
        let path = keys.path
        for (new, old) in [("worker.key", "client.key"), ("worker.pub", "client.pub")] {
            try FileManager.default.moveItem(atPath: path.appending(new).string, toPath: path.appending(old).string)
        }
        let refusal = #expect(throws: ClusterError.self) { try keys.client(as: .worker) }
        #expect(refusal == .keyWithoutRole(path.appending("client.key")) && refusal?.remedy.contains("keys init") == true)
        let listed = keys.allowed.appending("client.pub")
        try write(try KeyPair.generate().publicKey.z85, to: listed)
        #expect(throws: ClusterError.keyWithoutRole(listed)) { try AllowList(keys.allowed) }
    }

    @Test("lets no key in under two roles")
    func twoRoles() throws {
        let keys = try KeyFolder.create(at: folder.file("keys"))
        try keys.allow(publicKey: try keys.pair(of: .worker).publicKey, as: .control, named: "second")
        #expect(throws: ClusterError.self) { try AllowList(keys.allowed) }
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
        _ = try keys.pair(of: .worker)
        chmod(file.string, 0o400)
        _ = try keys.serverPair()
    }

    @Test(
        "refuses an allow-list that group or others can change, and names what, its mode and the command",
        arguments: [0o020, 0o002] as [mode_t])
    func openAllowList(bits: mode_t) throws {
        let keys = try KeyFolder.create(at: folder.file("keys"))
        var list = try AllowList(keys.allowed)
        let worker = try keys.pair(of: .worker).publicKey
        for (path, whole) in [(keys.allowed, 0o755 as mode_t), (keys.allowed.appending("first.worker.pub"), 0o644)] {
            chmod(path.string, whole | bits)
            let error = #expect(throws: ClusterError.self) { try AllowList(keys.allowed) }
            #expect(error == .allowListOpen(path, mode: whole | bits, command: "chmod go-w \(path.string)"))
            #expect(error?.exitStatus == .noPermission)
            // Also when it is opened while somebody listens.
            #expect(list.refresh().count == 1 && list.peer(of: worker) == nil)
            chmod(path.string, whole)
            #expect(list.refresh() == [] && list.peer(of: worker)?.name == "first")
        }
        #expect(throws: ClusterError.self) {
            chmod(keys.allowed.string, 0o1777)
            _ = try AllowList(keys.allowed)
        }
    }

    @Test("takes an allow-list as Kubernetes mounts it: links to files in a folder that changes as a whole")
    func links() throws {
        let keys = try KeyFolder.create(at: folder.file("keys"))
        let (first, data) = (keys.allowed.appending("..2026"), keys.allowed.appending("..data"))
        mkdir(first.string, 0o755)
        for name in try names(keys.allowed) where name.hasSuffix(".pub") {
            rename(keys.allowed.appending(name).string, first.appending(name).string)
            symlink("..data/\(name)", keys.allowed.appending(name).string)
        }
        symlink("..2026", data.string)
        var list = try AllowList(keys.allowed)
        let worker = try keys.pair(of: .worker).publicKey
        #expect(list.peer(of: worker)?.name == "first")
        chmod(first.appending("first.worker.pub").string, 0o666)
        #expect(list.refresh().count == 1 && list.peer(of: worker) == nil)
    }

    @Test("that is not there, or lacks a key, is told of with where that is to be had; new ones are for a first cluster alone")
    func missing() throws {
        let keys = KeyFolder(folder.file("nowhere"))
        for (error, origin) in [
            (#expect(throws: ClusterError.self) { try keys.serverPair() }, "server.key there from where the coordinator ran before"),
            (#expect(throws: ClusterError.self) { try keys.client(as: .control) }, "control.key there from the folder that"),
            (#expect(throws: ClusterError.self) { try keys.serverKey() }, "server.pub there from the coordinator's folder of keys"),
        ] {
            let remedy = error?.remedy ?? ""
            #expect(error?.exitStatus == .noInput && remedy.hasPrefix("check the path of the folder of keys; "), "\(remedy)")
            #expect(remedy.contains("copy \(origin)"), "\(remedy)")
            #expect(remedy.contains("only to set up a first cluster make keys with `universal-neurons keys init DIR`"), "\(remedy)")
        }
        #expect(throws: ClusterError.keyMissing(keys.path.appending("server.key"))) { try keys.serverPair() }
    }

    @Test(
        "refuses a file that holds no key by its name, and never shows what it holds",
        arguments: [
            "", "short", String(repeating: "x", count: 41), String(repeating: "~", count: 40), String(repeating: "#", count: 40),
            String(repeating: "é", count: 20), String(repeating: "a", count: 5_000),
        ])
    func malformed(text: String) throws {
        let keys = try KeyFolder.create(at: folder.file("keys"))
        for name in ["server.pub", "server.key", "allowed/other.worker.pub"] {
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
        try write(try KeyPair.generate().publicKey.z85, to: keys.path.appending("worker.pub"))
        #expect(throws: ClusterError.self) { try keys.pair(of: .worker) }
        #expect(throws: ClusterError.self) { try keys.client(as: .worker) }
    }

    @Test(
        "takes keys to let in under plain names only",
        arguments: ["", "../server", "a/b", ".hidden", "a b", "ü", "-x", String(repeating: "n", count: 65)])
    func names(name: String) throws {
        let keys = try KeyFolder.create(at: folder.file("keys"))
        let key = try KeyPair.generate().publicKey
        #expect(throws: ClusterError.self) { try keys.allow(publicKey: key, as: .worker, named: name) }
        try keys.allow(publicKey: key, as: .worker, named: "worker-7.rack_2")
        #expect(try AllowList(keys.allowed).peer(of: key)?.name == "worker-7.rack_2")
    }

    @Test("an allow-list that changes is read again; what is damaged or gone lets nobody in")
    func refresh() throws {
        let keys = try KeyFolder.create(at: folder.file("keys"))
        var list = try AllowList(keys.allowed)
        let key = try KeyPair.generate().publicKey
        try keys.allow(publicKey: key, as: .worker, named: "late")
        #expect(list.refresh() == [])
        #expect(list.peer(of: key)?.name == "late")
        try write("nonsense", to: keys.allowed.appending("late.worker.pub"))
        #expect(list.refresh().count == 1)
        #expect(list.peer(of: key) == nil)
        #expect(try list.peer(of: keys.pair(of: .worker).publicKey)?.name == "first")
        #expect(list.refresh() == [])
        try FileManager.default.removeItem(atPath: keys.allowed.string)
        #expect(list.refresh().count == 1)
        #expect(try list.peer(of: keys.pair(of: .worker).publicKey) == nil)
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
