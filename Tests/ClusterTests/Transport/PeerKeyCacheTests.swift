import Testing

@testable import Cluster

@Suite("The keys of peers")
struct PeerKeyCacheTests {
    @Test("are read once for each text, and a text that is none is not kept")
    func once() throws {
        let key = try KeyPair.generate().publicKey
        let peer = PeerKey(role: .worker, name: "lab-7", key: key)
        var cache = PeerKeyCache()
        for _ in 0..<3 { #expect(cache.key(of: peer.text) == peer) }
        #expect(cache.key(of: "") == nil && cache.key(of: "worker lab-7 \(key) more") == nil && cache.key(of: "king lab-7 \(key)") == nil)
        #expect(cache.count == 1)
        // The same key under another name is another text.
        #expect(cache.key(of: PeerKey(role: .reducer, name: "lab-8", key: key).text)?.role == .reducer)
        #expect(cache.count == 2)
    }

    @Test("take bounded memory, however many there are")
    func bounded() throws {
        let key = try KeyPair.generate().publicKey
        var cache = PeerKeyCache()
        for index in 0..<10_000 {
            let peer = PeerKey(role: .worker, name: "n\(index)", key: key)
            #expect(cache.key(of: peer.text) == peer)
        }
        #expect(cache.count <= 4_096)
    }

    @Test("own the names that end in their fingerprint")
    func names() throws {
        let key = try KeyPair.generate().publicKey
        let peer = PeerKey(role: .worker, name: "lab-7", key: key)
        let ending = PeerKey.ending(of: key)
        func owns(_ name: String) throws -> Bool { peer.owns(try #require(RoutingIdentity(named: name))) }
        #expect(try owns("node-1" + ending) && owns(ending))
        #expect(try !owns("node-1") && !owns(ending + "x") && !owns(String(ending.dropFirst())))
    }
}
