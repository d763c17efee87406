import Pipeline

/// The answer to a request. Each connection carries one.
struct MetricsResponse: Sendable {
    /// Code and reason, as in HTTP's first line.
    let status: String
    let contentType: String
    let body: String
    /// Further header lines.
    var headers: [String] = []

    /// Answers a request.
    ///
    /// - Parameters:
    ///   - request: nil: it was no request.
    ///   - metrics: the metrics' text; made only where it is asked for.
    init(to request: MetricsRequest?, metrics: () -> String) {
        switch (request?.method, request?.path) {
        case (nil, _): self.init("400 Bad Request", "this is no request of HTTP/1\n")
        case ("GET", "/metrics"): self.init("200 OK", metrics(), contentType: MetricsText.contentType)
        case ("GET", "/"): self.init("200 OK", "Universal Neurons \(ProgramVersion.current): the metrics are at /metrics\n")
        case ("GET", _): self.init("404 Not Found", "there is nothing here: the metrics are at /metrics\n")
        default:
            self.init("405 Method Not Allowed", "only GET is answered\n")
            headers = ["Allow: GET"]
        }
    }

    /// The answer to a request that does not end.
    static let tooLong = MetricsResponse("431 Request Header Fields Too Large", "the request is too long\n")

    private init(_ status: String, _ body: String, contentType: String = "text/plain; charset=utf-8") {
        (self.status, self.body, self.contentType) = (status, body, contentType)
    }

    /// What is sent.
    var bytes: [UInt8] {
        let lines =
            ["HTTP/1.1 \(status)", "Content-Type: \(contentType)", "Content-Length: \(body.utf8.count)", "Connection: close"] + headers
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
    }
}
