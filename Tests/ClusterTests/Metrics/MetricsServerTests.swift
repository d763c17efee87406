import Diagnostics
import Glibc
import Logging
import Scheduling
import Testing

@testable import Cluster

@Suite("The server of metrics", .serialized)
struct MetricsServerTests {
    private struct Numbers: MetricsSnapshot {
        static let long = String(repeating: "x", count: 90)
        var value = 1
        var padding = 0
        var families: [MetricFamily] {
            [
                MetricFamily(gauge: "test_value", "A number.", value),
                MetricFamily(gauge: "test_padding", "Many.", (0..<padding).map { MetricSample(["name": Self.long + "\($0)"], 1) }),
            ]
        }
    }

    private static func server(
        _ address: String = "127.0.0.1:*", patience: Duration = MetricsConnection.patience
    ) throws -> MetricsServer {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return try MetricsServer(MetricsAddress(address), role: "test", logger: logger, patience: patience)
    }

    @Test("answers with what the loop published last, and with the process's own numbers before that")
    func metrics() throws {
        let server = try Self.server()
        let first = try Browser.get("/metrics", at: server.address)
        #expect(first.hasPrefix("HTTP/1.1 200 OK\r\n") && first.contains("Content-Type: text/plain; version=0.0.4"))
        #expect(first.contains("universal_neurons_build_info{version=") && first.contains("role=\"test\""))
        #expect(first.contains("\nprocess_resident_memory_bytes ") && first.contains("\nprocess_start_time_seconds 1"))
        #expect(!first.contains("test_value"))
        server.board.publish(at: .zero) { Numbers() }
        #expect(try Browser.get("/metrics", at: server.address).contains("\ntest_value 1\n"))
        // The next one is not due yet, then it is; the last one always is.
        server.board.publish(at: .zero + 999) { Numbers(value: 2) }
        #expect(try Browser.get("/metrics?x=y", at: server.address).contains("\ntest_value 1\n"))
        server.board.publish(at: .zero + 1_000) { Numbers(value: 3) }
        #expect(try Browser.get("/metrics", at: server.address).contains("\ntest_value 3\n"))
        server.board.publish(at: .zero + 1_001, isLast: true) { Numbers(value: 4) }
        #expect(try Browser.get("/metrics", at: server.address).contains("\ntest_value 4\n"))
        // Another loop has come behind it, whose clock is slow.
        server.board.publish(at: .zero + 3) { Numbers(value: 5) }
        #expect(try Browser.get("/metrics", at: server.address).contains("\ntest_value 5\n"))
    }

    @Test("sends whole what is larger than any buffer of the system")
    func large() throws {
        let server = try Self.server(patience: .seconds(300))
        server.board.publish(at: .zero) { Numbers(padding: 100_000) }
        let answer = try Browser.get("/metrics", at: server.address)
        #expect(answer.hasSuffix("99999\"} 1\n") && answer.utf8.count > 10_000_000)
        let parts = answer.split(separator: "\r\n\r\n", maxSplits: 1)
        #expect(answer.contains("Content-Length: \(parts.last?.utf8.count ?? 0)\r\n"))
    }

    @Test("tells where the metrics are, and has nothing else")
    func others() throws {
        let address = try Self.server()
        #expect(try Browser.get("/", at: address.address).hasSuffix("the metrics are at /metrics\n"))
        for path in ["/metric", "/metrics/", "/favicon.ico", "/../etc/passwd"] {
            #expect(try Browser.get(path, at: address.address).hasPrefix("HTTP/1.1 404 "))
        }
        for method in ["POST", "HEAD", "DELETE"] {
            let answer = try Browser.get("/metrics", at: address.address, method: method)
            #expect(answer.hasPrefix("HTTP/1.1 405 ") && answer.contains("\r\nAllow: GET\r\n"))
        }
        let browser = try Browser(address.address)
        browser.send("\u{16}\u{3}\u{1} hello\r\n\r\n")
        #expect(browser.rest().hasPrefix("HTTP/1.1 400 "))
    }

    @Test("takes a request in pieces")
    func pieces() throws {
        let server = try Self.server()
        let browser = try Browser(server.address)
        for byte in "GET / HTTP/1.1\r\n\r\n" { browser.send(String(byte)) }
        #expect(browser.rest().hasPrefix("HTTP/1.1 200 OK"))
    }

    @Test("ends a request that does not end, and serves others beside those who say nothing")
    func bounded() throws {
        let server = try Self.server()
        let silent = try (0..<12).map { _ in try Browser(server.address) }
        silent[0].send("GET /metrics HTTP/1.1\r\nX: ")
        let endless = try Browser(server.address)
        endless.send("GET / HTTP/1.1\r\n")
        // The system's buffers take some of it; then the connection is found closed.
        var sent = 0
        while sent < 64 << 20, endless.send(String(repeating: "x", count: 65_536)) { sent += 65_536 }
        #expect(sent < 64 << 20)
        #expect(try Browser.get("/metrics", at: server.address).hasPrefix("HTTP/1.1 200 OK"))
        silent[0].send("y\r\n\r\n")
        #expect(silent[0].rest().hasPrefix("HTTP/1.1 200 OK"))
    }

    @Test("gives up whoever holds a place for too long, so that others come to theirs")
    func patience() throws {
        let server = try Self.server(patience: .milliseconds(200))
        let silent = try (0..<40).map { _ in try Browser(server.address) }
        #expect(try Browser.get("/", at: server.address).hasPrefix("HTTP/1.1 200 OK"))
        #expect(silent[0].rest() == "")
    }

    @Test("refuses an address that is taken, is not this machine's, or is none at all")
    func refused() throws {
        let server = try Self.server()
        func problem(_ address: String) -> String? {
            do {
                _ = try Self.server(address)
            } catch ClusterError.metricsUnavailable(let found, let problem) {
                return "\(found)" == address ? problem : nil
            } catch {}
            return nil
        }
        #expect(problem("\(server.address)") == "another process listens there already")
        #expect(problem("203.0.113.7:9400") == "this machine has no such address")
        let error = ClusterError.metricsUnavailable(server.address, problem: "x")
        #expect(error.exitStatus == .unavailable && error.remedy.contains("--metrics"))
    }

    @Test("leaves its port to the next one when it is stopped, and does not outlive its owner")
    func stopped() throws {
        var server: MetricsServer? = try Self.server()
        let address = try #require(server?.address)
        server?.stop()
        server?.stop()
        #expect(throws: (any Error).self) { try Browser(address) }
        server = nil
        server = try Self.server("\(address)")
        #expect(try Browser.get("/", at: address).hasPrefix("HTTP/1.1 200 OK"))
        server = nil
        #expect(throws: (any Error).self) { try Browser(address) }
    }

    @Test("is not taken along by a process that executes itself again")
    func closesOnExecution() throws {
        let listener = try MetricsListener(MetricsAddress("127.0.0.1:*"))
        #expect(fcntl(listener.descriptor, F_GETFD) & FD_CLOEXEC != 0)
        let browser = try Browser(listener.address)
        let connection = try #require(listener.accept().connection)
        #expect(fcntl(connection, F_GETFD) & FD_CLOEXEC != 0)
        close(connection)
        #expect(browser.rest() == "")
        #expect(listener.accept() == (nil, true))
    }
}
