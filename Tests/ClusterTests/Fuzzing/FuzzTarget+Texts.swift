import Diagnostics
import Foundation
import Scheduling
import SmallRuns
import Storage
import SystemPackage

@testable import Cluster

extension FuzzTarget {
    /// Keys, endpoints and names.
    static func texts(in folder: TemporaryFolder) throws -> [FuzzTarget] {
        let pair = try KeyPair.generate()
        let path = folder.file("fuzz.pub")
        let parcel = ParcelID(task: TaskID(shard: 12, group: 3), digest: Digest(of: "n"))
        return [
            FuzzTarget(name: "public key", examples: [Array(pair.publicKey.z85.utf8)]) { bytes in
                do {
                    let text = String(decoding: bytes, as: UTF8.self)
                    let key = try PublicKey(text)
                    guard key.z85.utf8.count == 40, try PublicKey(key.z85) == key, PeerKey.ending(of: key).utf8.count == 13 else {
                        throw FuzzFinding("a key of \(key.z85.utf8.count) characters")
                    }
                    return true
                } catch is ClusterError {
                    return false
                }
            },
            FuzzTarget(name: "secret key", examples: [Array((pair.secretKey + "\n").utf8)]) { bytes in
                do {
                    _ = try KeyPair(secretKey: String(decoding: bytes, as: UTF8.self))
                    return true
                } catch let error as ClusterError {
                    // No message may show what might be a secret.
                    if bytes.count > 8, "\(error)".contains(String(decoding: bytes, as: UTF8.self)) { throw FuzzFinding("\(error)") }
                    return false
                }
            },
            FuzzTarget(name: "key file", examples: [Array((pair.publicKey.z85 + "\n").utf8)]) { bytes in
                try Data(bytes).write(to: URL(fileURLWithPath: path.string))
                do {
                    _ = try KeyFolder.publicKey(in: path)
                    return true
                } catch is ClusterError {
                    return false
                }
            },
            FuzzTarget(
                name: "key of a peer", examples: [Array(PeerKey(role: .worker, name: "lab-7", key: pair.publicKey).text.utf8)]
            ) { bytes in
                guard let peer = PeerKey(text: String(decoding: bytes, as: UTF8.self)) else { return false }
                guard PeerKey(text: peer.text) == peer else { throw FuzzFinding("it changes when it is read again") }
                return true
            },
            FuzzTarget(
                name: "endpoint", examples: ["tcp://node7:7400", "tcp://[fe80::1%eth0]:*", "ipc:///run/name"].map { Array($0.utf8) }
            ) { bytes in
                do {
                    let endpoint = try Endpoint(String(decoding: bytes, as: UTF8.self))
                    guard try Endpoint(endpoint.description) == endpoint else { throw FuzzFinding("it changes when it is read again") }
                    return true
                } catch is ClusterError {
                    return false
                }
            },
            FuzzTarget(
                name: "name of a staged file", examples: [false, true].map { Array(StagedName(parcel: parcel, isHeld: $0).text.utf8) }
            ) { bytes in
                guard !bytes.contains(0), let name = StagedName(FilePath(String(decoding: bytes, as: UTF8.self))) else { return false }
                guard StagedName(FilePath(name.text)) == name else { throw FuzzFinding("it changes when it is read again") }
                return true
            },
            FuzzTarget(name: "name of a peer", examples: [Array("node7-4711-5f3a09c2@0123456789ab".utf8)]) { bytes in
                guard let identity = RoutingIdentity(bytes) else { return false }
                let text = identity.description + LogText.line(String(decoding: bytes, as: UTF8.self))
                guard text.unicodeScalars.allSatisfy({ (0x20...0x7E).contains($0.value) || $0 == "…" }) else { throw FuzzFinding(text) }
                return true
            },
        ]
    }
}
