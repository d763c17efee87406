import Logging

/// The one place where a loop counts and logs what it drops: the first of each kind, and each time that their number has doubled, so that a
/// flood cannot fill a disk.
///
/// It belongs to the loop's thread.
final class RefusalLog {
    /// Kinds told apart; peers can make them up without end.
    private static let mostKinds = 256

    private let warn: (String) -> Void
    /// What was dropped, by kind.
    private(set) var counts: [String: Int] = [:]
    /// Everything that was dropped.
    private(set) var total = 0

    /// - Parameter warn: takes a line for the log.
    init(_ warn: @escaping (String) -> Void) { self.warn = warn }

    convenience init(_ logger: Logger) { self.init { logger.warning("\($0)") } }

    /// Hands on what a socket has received. What is no message of ours, by its frames or by what its reader finds in it, is dropped: it is
    /// counted here and in the socket's numbers, and logged.
    ///
    /// - Returns: why it was dropped; nil where it was not.
    /// - Throws: what else the reader throws.
    @discardableResult
    func pass(
        _ reception: Reception, of socket: MessageSocket, to read: (IncomingMessage) throws -> Void
    ) throws -> MessageRefusal? {
        switch reception {
        case .refused(let refusal, let sender):
            // The socket has counted it when it looked at the frames.
            count(refusal, from: sender)
            return refusal
        case .message(let message):
            do {
                try read(message)
                return nil
            } catch let refusal as MessageRefusal {
                drop(refusal, of: socket, from: message.sender)
                return refusal
            }
        }
    }

    /// Counts a message, here and in its socket's numbers, that its reader found wrong.
    func drop(_ refusal: MessageRefusal, of socket: MessageSocket, from sender: RoutingIdentity?) {
        socket.counters.count(refusal)
        count(refusal, from: sender)
    }

    private func count(_ refusal: MessageRefusal, from sender: RoutingIdentity?) {
        count(refusal.reason.rawValue, sender.map { "\(refusal) (from \($0))" } ?? "\(refusal)")
    }

    /// Counts something that was dropped.
    ///
    /// - Parameters:
    ///   - kind: what it is counted by.
    ///   - detail: what the log says.
    func count(_ kind: String, _ detail: @autoclosure () -> String) {
        total += 1
        let kind = counts[kind] != nil || counts.count < Self.mostKinds ? kind : "others"
        let count = (counts[kind] ?? 0) + 1
        counts[kind] = count
        if count & (count - 1) == 0 { warn("dropped \(kind): \(LogText.line(detail()))\(count > 1 ? ", \(count) so far" : "")") }
    }
}
