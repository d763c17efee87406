import Foundation

@testable import Cluster

/// Long enough for the slowest machine; only tests that fail wait for it.
let patience = 300_000

/// The next thing that a socket receives, or nil when nothing comes.
func next(_ socket: MessageSocket, within milliseconds: Int = patience) throws -> Reception? {
    let poller = Poller()
    poller.watch(socket)
    guard try poller.wait(milliseconds: milliseconds).hasMessages(socket) else { return nil }
    return try socket.receive()
}

/// The next message that a socket receives; nil when nothing comes or it is refused.
func nextMessage(_ socket: MessageSocket) throws -> IncomingMessage? {
    if case .message(let message)? = try next(socket) { message } else { nil }
}

/// Whether a condition comes true.
func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
    let end = ContinuousClock.now + .milliseconds(patience)
    while ContinuousClock.now < end {
        if try condition() { return true }
        usleep(2_000)
    }
    return false
}

/// Whether a condition comes true that a whole run brings about: it takes longer than one answer.
func comesTrue(_ condition: () throws -> Bool) rethrows -> Bool { try (0..<6).contains { _ in try eventually(condition) } }

extension MessageKind {
    static let greeting = MessageKind(rawValue: 7)
    static let tiles = MessageKind(rawValue: 0x0102)
}

/// A body as the real ones are: numbers, texts, lists, optionals.
struct Greeting: Codable, Sendable, Equatable {
    var name: String
    var shards: [Int]
    var share: Double?
}
