import CZeroMQ
import Glibc
import Synchronization

/// The authenticator's loop: answers the library's questions (ZAP, RFC 27) and hears of failed handshakes.
///
/// Sendable: its sockets and its allow-list are touched by its own thread only, once that runs.
final class AuthenticationService: @unchecked Sendable {
    /// Reasons told apart in the log; a stranger can make up keys without end.
    private static let mostReasons = 256

    /// Where the library looks for who answers its questions.
    private static let address = "inproc://zeromq.zap.01"

    private let context: MessageContext
    private let socket: UnsafeMutableRawPointer
    private let log: @Sendable (Denial) -> Void
    private let wakeup: Wakeup
    private let newMonitors: Mailbox<HandshakeMonitor>
    private let isStopping = Atomic<Bool>(false)
    private let connectionCount = Atomic<Int>(0)
    private let deniedCount = Atomic<Int>(0)
    private let admittedCount = Atomic<Int>(0)

    private var allowList: AllowList
    private let roles: Set<KeyRole>
    private var monitors: [HandshakeMonitor] = []
    private var counts: [Denial.Reason: Int] = [:]
    private var othersCount = 0

    init(_ context: MessageContext, _ allowList: AllowList, _ roles: Set<KeyRole>, _ log: @escaping @Sendable (Denial) -> Void) throws {
        self.context = context
        self.allowList = allowList
        self.roles = roles
        self.log = log
        wakeup = try Wakeup()
        newMonitors = Mailbox(wakeup: wakeup)
        socket = try context.open(ZMQ_REP)
        var zero: Int32 = 0
        zmq_setsockopt(socket, ZMQ_LINGER, &zero, MemoryLayout<Int32>.size)
        guard zmq_bind(socket, Self.address) == 0 else {
            let error = ClusterError.lastFailure(of: "starting the authenticator")
            zmq_close(socket)
            throw error
        }
    }

    var connections: Int { connectionCount.load(ordering: .relaxed) }
    var denials: Int { deniedCount.load(ordering: .acquiring) }
    var admissions: Int { admittedCount.load(ordering: .relaxed) }

    func watch(_ monitor: HandshakeMonitor) { newMonitors.post(monitor) }

    func stop() {
        isStopping.store(true, ordering: .releasing)
        wakeup.signal()
    }

    /// Gives the socket back: at the thread's end, or when it could not be started.
    func close() {
        // Closing alone frees the address some time later, and the context may have its next authenticator at once.
        zmq_unbind(socket, Self.address)
        zmq_close(socket)
    }

    /// Works until it is stopped.
    func run() {
        do {
            while !isStopping.load(ordering: .acquiring) { try work() }
        } catch {
            // Only the end of memory or of descriptors leads here. The sockets stay open: a question that nobody answers lets nobody in,
            // but where nobody could be asked the library would.
            log(Denial(reason: .stopped(LogText.line(String(describing: error))), address: "", count: 1))
            while !isStopping.load(ordering: .acquiring) { usleep(100_000) }
        }
        monitors = []
        _ = newMonitors.drain()
        close()
    }

    /// Waits until there is something to do, and does it.
    private func work() throws {
        var items = [
            zmq_pollitem_t(socket: socket, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0),
            zmq_pollitem_t(socket: nil, fd: wakeup.descriptor, events: Int16(ZMQ_POLLIN), revents: 0),
        ]
        items += monitors.map { zmq_pollitem_t(socket: $0.handle, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0) }
        try Poller.poll(&items, milliseconds: nil)
        wakeup.clear()
        monitors += newMonitors.drain()
        while let question = try receive() { try answer(question) }
        for monitor in monitors {
            for event in try monitor.events() {
                switch event {
                case .accepted: connectionCount.wrappingAdd(1, ordering: .relaxed)
                // Counted when the question was answered.
                case .failed(.notAdmitted, _): break
                case .failed(let failure, let address): deny(.handshake(failure), address: address)
                }
            }
        }
        monitors.removeAll { $0.handle == nil }
    }

    private func receive() throws -> [[UInt8]]? {
        guard let first = try FrameTransfer.receive(socket) else { return nil }
        var frames = [first]
        while frames[frames.count - 1].hasMore, let next = try FrameTransfer.receive(socket) { frames.append(next) }
        return frames.map(\.bytes)
    }

    /// Frames of a question: version, number, domain, address, identity, mechanism, credentials.
    private func answer(_ question: [[UInt8]]) throws {
        let address = question.count > 3 ? LogText.line(String(decoding: question[3], as: UTF8.self)) : ""
        for problem in allowList.refresh() { tell(.allowList(problem), address: "") }
        var peer: PeerKey?
        if question.count == 7, question[5] == Array("CURVE".utf8), let key = PublicKey(bytes: question[6]) {
            let known = allowList.peer(of: key)
            peer = known.flatMap { roles.contains($0.role) ? $0 : nil }
            if peer == nil { deny(known.map { .role($0) } ?? .unknownKey(key), address: address) }
        } else {
            deny(.unexpectedMechanism, address: address)
        }
        if peer != nil { admittedCount.wrappingAdd(1, ordering: .relaxed) }
        let reply: [[UInt8]] = [
            Array("1.0".utf8), question.count > 1 ? question[1] : [], Array((peer == nil ? "400" : "200").utf8),
            Array((peer == nil ? "not admitted" : "OK").utf8), Array((peer?.text ?? "").utf8), [],
        ]
        for (index, frame) in reply.enumerated() { _ = try FrameTransfer.send(frame, on: socket, hasMore: index + 1 < reply.count) }
    }

    private func deny(_ reason: Denial.Reason, address: String) {
        tell(reason, address: address)
        // Last: whoever sees the number finds the log written.
        deniedCount.wrappingAdd(1, ordering: .releasing)
    }

    /// Logs the first denial of a reason, and each time that their number has doubled: a stranger cannot fill a disk.
    private func tell(_ reason: Denial.Reason, address: String) {
        let count: Int
        if counts[reason] != nil || counts.count < Self.mostReasons {
            counts[reason, default: 0] += 1
            count = counts[reason, default: 1]
        } else {
            othersCount += 1
            count = othersCount
        }
        if count & (count - 1) == 0 { log(Denial(reason: reason, address: address, count: count)) }
    }
}
