import SmallRuns
import Testing

@testable import Cluster

@Suite("A request for metrics")
struct MetricsRequestTests {
    @Test("is read from its first line")
    func read() throws {
        let request = try #require(MetricsRequest(Array("GET /metrics?name=x HTTP/1.1\r\nHost: h\r\n\r\n".utf8)))
        #expect(request.method == "GET" && request.path == "/metrics")
    }

    @Test(
        "is none where the line is another",
        arguments: [
            "", "\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/2\r\n\r\n", "get / HTTP/1.1\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n",
            "GET metrics HTTP/1.1\r\n\r\n", "GET /\u{1}x HTTP/1.1\r\n\r\n", "GET / x HTTP/1.1\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}",
        ])
    func none(text: String) { #expect(MetricsRequest(Array(text.utf8)) == nil) }

    @Test("is whole with an empty line, wherever its bytes are parted")
    func whole() {
        for text in ["GET / HTTP/1.1\r\nA: b\r\n\r\n", "GET / HTTP/1.1\nA: b\n\n", "GET / HTTP/1.1\r\n\n"] {
            let bytes = Array(text.utf8)
            #expect(MetricsRequest.isWhole(bytes))
            for cut in bytes.indices {
                #expect(!MetricsRequest.isWhole(Array(bytes[..<cut])), "\(text.debugDescription) cut at \(cut)")
                #expect(MetricsRequest.isWhole(bytes, known: cut), "\(text.debugDescription) parted at \(cut)")
            }
        }
    }

    @Test("of any bytes is a request or none, and never more")
    func anyBytes() {
        var generator = SeededGenerator(seed: 5)
        let pieces = ["GET", " ", "/metrics", "/", "HTTP/1.1", "\r", "\n", "?", "\0", "é"]
        for _ in 0..<20_000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...12, using: &generator) {
                if Bool.random(using: &generator) {
                    bytes += Array(pieces[Int.random(in: 0..<pieces.count, using: &generator)].utf8)
                } else {
                    bytes.append(UInt8.random(in: 0...255, using: &generator))
                }
            }
            guard let request = MetricsRequest(bytes) else { continue }
            #expect(request.path.hasPrefix("/") && request.path.utf8.allSatisfy { (0x21...0x7E).contains($0) })
        }
    }
}
