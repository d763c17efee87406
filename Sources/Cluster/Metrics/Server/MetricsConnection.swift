import Glibc

/// One connection of somebody who wants the metrics: takes a request in, sends the answer, and is over.
struct MetricsConnection {
    /// How long it may take from its beginning to its end: who sends or reads a byte now and then holds no place for ever.
    static let patience = Duration.seconds(10)

    let descriptor: Int32
    /// When it is given up.
    let deadline: ContinuousClock.Instant
    private var request: [UInt8] = []
    private var response: [UInt8]?
    private var sent = 0

    init(_ descriptor: Int32, deadline: ContinuousClock.Instant) {
        self.descriptor = descriptor
        self.deadline = deadline
    }

    /// What it waits for, as `poll` knows it.
    var awaited: Int16 { Int16(response == nil ? POLLIN : POLLOUT) }

    /// Goes on as far as is possible without waiting.
    ///
    /// - Parameter answer: gives the answer to a request.
    /// - Returns: whether it is over.
    mutating func advance(_ answer: (MetricsRequest?) -> MetricsResponse) -> Bool {
        if response == nil, !receive(answer) { return true }
        guard response != nil else { return false }
        return !send()
    }

    /// - Returns: false when the other side is gone.
    private mutating func receive(_ answer: (MetricsRequest?) -> MetricsResponse) -> Bool {
        var piece = [UInt8](repeating: 0, count: 2_048)
        while response == nil {
            let count = recv(descriptor, &piece, piece.count, 0)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return true }
            guard count > 0 else { return false }
            let known = request.count
            request += piece[..<count]
            if MetricsRequest.isWhole(request, known: known) {
                response = answer(MetricsRequest(request)).bytes
            } else if request.count > MetricsRequest.longest {
                response = MetricsResponse.tooLong.bytes
            }
        }
        return true
    }

    /// - Returns: whether something is left to be sent.
    private mutating func send() -> Bool {
        guard let response else { return true }
        while sent < response.count {
            let count = response[sent...].withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return true }
            guard count > 0 else { return false }
            sent += count
        }
        // The other side sees the end of the answer before it sees the connection closed.
        shutdown(descriptor, Int32(SHUT_WR))
        return false
    }
}
