/// What somebody asks over HTTP, as far as it is looked at: the first line of the request.
struct MetricsRequest: Sendable, Hashable {
    /// Bytes that a request may have, headers and all; scrapers send some hundred.
    static let longest = 8_192

    /// The method, such as `GET`.
    let method: String
    /// What is asked for, without the query.
    let path: String

    /// Reads a request.
    ///
    /// - Parameter bytes: The request, to the empty line behind its headers.
    /// - Returns: nil when it is no request of HTTP/1.
    init?(_ bytes: some Collection<UInt8>) {
        let line = bytes.prefix { $0 != 0x0A && $0 != 0x0D }
        let words = line.split(separator: 0x20, omittingEmptySubsequences: false)
        guard words.count == 3, words[2].starts(with: "HTTP/1.".utf8), !words[0].isEmpty, words[1].first == 0x2F,
            words[0].allSatisfy({ (0x41...0x5A).contains($0) }), words[1].allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        method = String(decoding: words[0], as: UTF8.self)
        path = String(decoding: words[1].prefix { $0 != 0x3F }, as: UTF8.self)
    }

    /// Whether bytes that have come are a whole request: they hold an empty line.
    ///
    /// - Parameter known: so many at the beginning were looked at before, and had none.
    static func isWhole(_ bytes: [UInt8], known: Int = 0) -> Bool {
        // The lines end in CR LF; a lone LF is taken for the same, as RFC 9112 allows.
        var lastBreak: Int?
        for place in max(0, known - 3)..<bytes.count where bytes[place] == 0x0A {
            if let last = lastBreak, place == last + 1 || place == last + 2 && bytes[place - 1] == 0x0D { return true }
            lastBreak = place
        }
        return false
    }
}
