import Logging
import Pipeline
import Scheduling
import Storage
import SystemPackage

/// Workers that compute their parcels first and bring them to a reducer when they are told to: how much a reducer takes is measured with
/// them.
///
///     let load = try ParcelLoad(senders: 2, at: endpoint, security: security, scratch: folder, threads: 2, logger: logger)
///     try load.compute(parcels: 20, until: deadline)
///     let seconds = try load.send(4)
///
/// Plan, leases, computation, parcels and the line to the reducer are those of a real worker; only when what happens is another matter.
/// Belongs to the thread that made it.
public final class ParcelLoad {
    /// One worker.
    private struct Sender {
        let link: CoordinatorLink
        let reducer: ReducerLink
    }

    /// A parcel that is computed and not yet brought.
    private struct Ready {
        let sender: Int
        let parcel: ParcelID
        let offer: ParcelOffer
        let file: ParcelFile
    }

    private let endpoint: Endpoint
    private let security: Security
    private let threads: Int
    private let context: MessageContext
    private let clock = MonotonicClock()
    private let log: WorkerLog
    private let scratch: WorkerScratch
    private let links: [CoordinatorLink]
    private var senders: [Sender] = []
    private var ready: [Ready] = []
    /// What was brought, with the digest of its bytes.
    private var brought: [(parcel: ParcelID, digest: Digest)] = []

    /// Milliseconds of a wait: nobody is kept waiting for long, and memory is looked at often.
    private static let tick = 10

    /// Workers that have a name and nothing else.
    ///
    /// - Parameters:
    ///   - endpoint: where the coordinator listens.
    ///   - scratch: where parcels lie until they are brought, without names.
    ///   - threads: threads that compute.
    /// - Throws: `ClusterError`.
    public init(senders: Int, at endpoint: Endpoint, security: Security, scratch: FilePath, threads: Int, logger: Logger) throws {
        self.endpoint = endpoint
        self.security = security
        self.threads = threads
        log = WorkerLog(logger)
        let context = try MessageContext()
        self.context = context
        let (clock, log) = (self.clock, self.log)
        links = try (0..<senders).map { index in
            try CoordinatorLink(
                endpoint, name: WorkerID(security.name(for: "sender-\(index)")), security: security, context: context,
                clock: clock, log: log)
        }
        self.scratch = WorkerScratch(of: WorkerID("senders"), in: scratch)
    }

    deinit { scratch.remove() }

    /// Parcels that are computed and not yet brought.
    public var parcels: Int { ready.count }

    /// Bytes of the first of them.
    public func bytes(ofFirst count: Int) -> Int { ready.prefix(count).reduce(0) { $0 + $1.file.count } }

    /// Takes leases, computes them, and keeps what is to be brought to the run's only reducer.
    ///
    /// - Parameters:
    ///   - parcels: how many; the plan has at least as many tasks.
    ///   - stop: raised, it is given up.
    /// - Throws: what a worker throws that cannot work; `PipelineError.stopped`.
    public func compute(parcels: Int, stop: StopRequest) throws {
        guard let first = links.first else { return }
        var settings = WorkerSettings(coordinator: endpoint, memory: 4 << 30, threads: threads, security: security)
        settings.scratch = scratch.path
        let preparation = WorkerPreparation(settings: settings, link: first, scratch: scratch, stop: stop, log: log)
        guard case .run(let welcome, let prepared) = try preparation.start() else { return }
        for link in links.dropFirst() { _ = try wait(for: .welcome, on: link, stop) { try link.introduce() } }
        let share = (parcels + links.count - 1) / links.count
        for link in links {
            try link.send(.workerReady, WorkerReady(worker: link.name, offer: prepared.offer, leases: share))
        }
        for index in links.indices {
            for _ in 0..<share where ready.count < parcels {
                let grant = try wait(for: .lease, on: links[index], stop) {}
                try compute(try grant.body(as: LeaseGrant.self), grant.payload, by: index, prepared: prepared, welcome: welcome)
                try stop.check()
            }
        }
        // Taken by turns, so that all senders have something to bring.
        let bySender = Dictionary(grouping: ready, by: \.sender)
        ready = (0..<share).flatMap { place in links.indices.compactMap { bySender[$0].flatMap { place < $0.count ? $0[place] : nil } } }
        try connect(stop)
    }

    private func compute(
        _ grant: LeaseGrant, _ payload: [ReceivedFrame], by sender: Int, prepared: PreparedPlan, welcome: Welcome
    ) throws {
        let wakeup = try Wakeup()
        let mailbox = Mailbox<LeaseWork.Event>(wakeup: wakeup)
        let poller = Poller()
        poller.watch(wakeup)
        LeaseWork(
            lease: grant.lease, stratum: grant.stratum,
            rows: try prepared.rows(of: grant, payload), prepared: prepared,
            owners: SectionOwners(layout: prepared.computer.layout, owners: welcome.owners), worker: links[sender].name,
            scratch: scratch.path, turn: EncodingTurn(threads: threads), stop: StopRequest(), rate: TokenRate(), mailbox: mailbox
        ).start()
        while true {
            _ = try poller.wait(milliseconds: nil)
            for event in mailbox.drain() {
                switch event {
                case .summed: continue
                case .computed(_, let task):
                    for part in task.parts.values {
                        ready.append(Ready(sender: sender, parcel: task.parcel, offer: part.offer, file: part.file))
                    }
                case .failed(_, let task, let reason):
                    throw ClusterError.loadFailed(task: task.description, reason: reason)
                case .noRoom(_, let error): throw error
                case .ended: return
                }
            }
        }
    }

    /// Connects to the reducer, so that no connection is made while time is taken.
    private func connect(_ stop: StopRequest) throws {
        for link in links {
            var address: ReducerAddress?
            while address == nil {
                // The answer to the heartbeat of one that was told nothing yet says where the reducers are.
                let pulse = try wait(for: .pulse, on: link, stop) {
                    let memory = ProcessMemory.current
                    try link.send(
                        WorkerHeartbeat(
                            leases: [], computing: nil, tokensPerSecond: 0, residentBytes: memory.resident,
                            peakResidentBytes: memory.peak, parcelBytes: 0))
                }
                address = try pulse.body(as: Pulse.self).reducers.first
            }
            guard let address else { return }
            let reducer = try ReducerLink(
                address, worker: link.name, queuedPieces: ParcelTraffic.queuedPieces(reducers: 1), security: security,
                context: context, counters: TransportCounters(), sender: link.sender)
            let poller = Poller()
            poller.watch(reducer.socket, forRoom: true)
            while try !poller.wait(milliseconds: Self.tick).hasRoom(reducer.socket) { try stop.check() }
            senders.append(Sender(link: link, reducer: reducer))
        }
    }

    /// Waits for a message of a kind; others are passed over.
    ///
    /// - Parameter ask: called now and then until it comes.
    private func wait(
        for kind: MessageKind, on link: CoordinatorLink, _ stop: StopRequest, asking ask: () throws -> Void
    ) throws -> IncomingMessage {
        while true {
            try stop.check()
            try ask()
            guard let message = try link.wait(milliseconds: 100) else { continue }
            try link.checkEnd(message)
            if message.kind == kind { return message }
        }
    }

    /// Brings the first parcels to the reducer.
    ///
    /// - Parameters:
    ///   - count: how many.
    ///   - watch: called every few milliseconds with the bytes that were given to the network so far; it may throw to give up.
    /// - Returns: seconds until the last was acknowledged.
    /// - Throws: `ClusterError.loadFailed` when one is refused, `StorageError`, what `watch` throws.
    public func send(_ count: Int, watch: (_ sent: Int) throws -> Void = { _ in }) throws -> Double {
        func handedOver() -> Int { senders.reduce(0) { $0 + $1.reducer.socket.counters.snapshot.sentBytes } }
        let before = handedOver()
        let chosen = Array(ready.prefix(count))
        var open = Dictionary(chosen.map { ($0.parcel, $0) }) { first, _ in first }
        var unsaid = chosen
        let poller = Poller()
        let start = ContinuousClock.now
        while !open.isEmpty {
            unsaid = try unsaid.filter { parcel in
                switch try senders[parcel.sender].reducer.offer(parcel.offer) {
                case .sent: false
                case .full, .unknownPeer: true
                case .dropped(let error): throw error
                }
            }
            for sender in senders {
                _ = try sender.reducer.pump()
                poller.watch(sender.reducer.socket, forRoom: sender.reducer.hasPieces)
            }
            let ready = try poller.wait(milliseconds: Self.tick)
            for sender in senders where ready.hasMessages(sender.reducer.socket) {
                while case .message(let message)? = try sender.reducer.socket.receive() { try take(message, sender.reducer, &open) }
            }
            try watch(handedOver() - before)
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        for item in chosen { brought.append((item.parcel, try Self.digest(of: item.file))) }
        ready.removeFirst(chosen.count)
        return seconds
    }

    /// How many of the parcels that were brought do not lie in a folder, byte by byte as they were computed. To be asked while nothing is
    /// folded: what is folded is no parcel any more.
    ///
    /// - Parameter staging: where the reducer keeps what waits to be folded.
    /// - Throws: `StorageError`.
    public func missing(in staging: FilePath) throws -> Int {
        try brought.count { item in
            guard let path = StagedName.path(of: item.parcel, in: staging) else { return true }
            return try MappedFile(path).withBytes { Digest(of: $0) } != item.digest
        }
    }

    private static func digest(of file: ParcelFile) throws -> Digest {
        var builder = DigestBuilder()
        for offset in stride(from: 0, to: file.count, by: ParcelPiece.size) {
            let frame = try file.frame(offset..<min(offset + ParcelPiece.size, file.count))
            withExtendedLifetime(frame) { builder.update(frame.memory) }
        }
        return builder.finalize()
    }

    private func take(_ message: IncomingMessage, _ reducer: ReducerLink, _ open: inout [ParcelID: Ready]) throws {
        switch message.kind {
        case .invite:
            let parcel = try message.body(as: ParcelID.self)
            if let file = open[parcel]?.file { reducer.begin(parcel, file) }
        case .acknowledge: open[try message.body(as: ParcelID.self)] = nil
        case .refuse:
            let refusal = try message.body(as: ParcelRefusal.self)
            throw ClusterError.loadFailed(task: refusal.parcel.task.description, reason: refusal.reason)
        default: break
        }
    }

    /// Writes and syncs the first parcels in the same pieces and steps as a reducer stages them, without a reducer.
    ///
    /// - Parameter folder: is on the reducer's disk; nothing stays in it.
    /// - Returns: the seconds that it took.
    /// - Throws: `StorageError`.
    public func write(_ count: Int, to folder: FilePath) throws -> Double {
        let files = LocalFiles()
        try files.createFolder(folder)
        var written: [FilePath] = []
        let start = ContinuousClock.now
        for item in ready.prefix(count) {
            let path = folder.appending("\(item.parcel.task)")
            let file = try files.create(FilePath(path.string + DurableFile.partSuffix))
            for offset in stride(from: 0, to: item.file.count, by: ParcelPiece.size) {
                let frame = try item.file.frame(offset..<min(offset + ParcelPiece.size, item.file.count))
                try files.write(frame.memory, at: offset, to: file)
            }
            try files.sync(file)
            try files.rename(file, to: path)
            try files.close(file)
            try files.syncFolder(folder)
            written.append(path)
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        for path in written { try files.remove(path) }
        return seconds
    }
}
