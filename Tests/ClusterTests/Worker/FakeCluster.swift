import Foundation
import Scheduling
import SmallRuns
import Statistics
import Storage
import SystemPackage
import Testing

@testable import Cluster
@testable import Pipeline

/// A coordinator and two reducers that do as they are told, on real sockets.
final class FakeCluster {
    let folder: TemporaryFolder
    let tiny: TinyPlan
    let worker = WorkerID("worker-1")
    /// What workers say.
    let log = RecordedLog()
    var epoch = 1
    /// The reducers that the coordinator misses.
    var silent: [Int]?
    /// For each column group its reducer, as the coordinator says.
    var owners = TinyPlan.owners
    /// Whether reducers answer offers, and how many invitations and acknowledgements are lost.
    var answersOffers = true
    var lostInvites = 0, lostAcknowledgements = 0
    /// Refusals that are to be sent in place of acknowledgements.
    var refusals = 0
    /// Where models are served from, by content hash.
    var models: [Digest: FilePath] = [:]
    /// Whether files of models are listed and cannot be read.
    var readsModels = true

    // What was heard.
    private(set) var hellos = 0
    private(set) var ready: WorkerReady?
    private(set) var heartbeat: WorkerHeartbeat?
    private(set) var heartbeats = 0
    private(set) var workerLog: [String] = []
    private(set) var done: [TaskReport] = []
    private(set) var failed: [TaskTrouble] = []
    private(set) var returned: [LeaseID] = []
    private(set) var offers: [(reducer: Int, offer: ParcelOffer)] = []
    private(set) var parcels: [Int: [ParcelID: [UInt8]]] = [0: [:], 1: [:]]
    private(set) var requests: [ModelRequest] = []
    private(set) var isDraining = false, hasLeft = false

    private let coordinator: MessageSocket
    /// What the worker was told last.
    private var pulse: Pulse?
    private let context: MessageContext
    private var reducers: [MessageSocket]
    /// The names of the reducers' sockets.
    private var places = ["r0", "r1"]
    private var arriving: [Int: [ParcelID: [UInt8]]] = [0: [:], 1: [:]]
    /// Leases that are over for the coordinator.
    private var ended: Set<LeaseID> = []

    init() throws {
        let folder = try TemporaryFolder()
        self.folder = folder
        tiny = try TinyPlan(in: folder)
        let context = try MessageContext()
        self.context = context
        coordinator = try MessageSocket(.router, in: context, security: .privateFolder)
        try coordinator.bind(Endpoint(ipc: folder.file("c")))
        reducers = try (0..<2).map { index in
            let socket = try MessageSocket(.router, in: context, security: .privateFolder)
            try socket.bind(Endpoint(ipc: folder.file("r\(index)")))
            return socket
        }
    }

    /// Starts a worker for this cluster.
    func start(_ change: (inout WorkerSettings) -> Void = { _ in }) throws -> WorkerRun {
        var settings = WorkerSettings(
            coordinator: try Endpoint(ipc: folder.file("c")), memory: 1 << 30, threads: 2, security: .privateFolder)
        settings.name = worker
        settings.scratch = folder.file("scratch")
        settings.modelCache = folder.file("cache")
        change(&settings)
        return WorkerRun(settings, logger: log.logger)
    }

    /// Plays coordinator and reducers until something is so.
    ///
    /// - Returns: whether it came true; only tests that fail wait long.
    func play(until condition: () throws -> Bool) throws -> Bool {
        let end = ContinuousClock.now + .milliseconds(2 * patience)
        let poller = Poller()
        for socket in [coordinator] + reducers { poller.watch(socket) }
        while ContinuousClock.now < end {
            if try condition() { return true }
            _ = try poller.wait(milliseconds: 20)
            while let reception = try coordinator.receive() {
                if case .message(let message) = reception { try handle(message) }
            }
            for (index, reducer) in reducers.enumerated() {
                while let reception = try reducer.receive() {
                    if case .message(let message) = reception { try handle(message, at: index, reducer) }
                }
            }
        }
        return false
    }

    /// Gives the worker a lease.
    func grant(_ number: Int, shard: Int, groups: [Int]) throws {
        let (grant, payload) = try tiny.grant(LeaseID(epoch: epoch, number: number), shard: shard, groups: groups)
        try say(.lease, grant, payload: payload)
    }

    /// Sends the worker a message.
    func say(_ kind: MessageKind, _ body: some Encodable & Sendable, payload: [PayloadFrame] = []) throws {
        let name = try #require(RoutingIdentity(named: worker.name))
        _ = try coordinator.send(try OutgoingMessage(kind, body, payload: payload), to: name)
    }

    /// Tells the worker that the run is over.
    func finish(_ outcome: RunOutcome) throws {
        let (body, payload) = try LongBody.frames(of: outcome)
        try say(.finished, body, payload: payload)
    }

    private func handle(_ message: IncomingMessage) throws {
        switch message.kind {
        case .workerHello:
            hellos += 1
            try welcome()
        case .workerReady: ready = try message.body()
        case .heartbeat:
            let heartbeat: WorkerHeartbeat = try message.body()
            self.heartbeat = heartbeat
            heartbeats += 1
            if let log = heartbeat.log { workerLog = log }
            for lease in heartbeat.leases where ended.contains(lease) { try say(.revoke, lease) }
            let next = Pulse(epoch: epoch, number: pulse?.number ?? 1, reducers: try addresses(), silent: silent)
            if let pulse, next != pulse {
                self.pulse = Pulse(epoch: epoch, number: pulse.number + 1, reducers: next.reducers, silent: silent)
            } else {
                pulse = next
            }
            if let pulse, heartbeat.pulse != pulse.number { try say(.pulse, pulse) }
        case .taskDone:
            let report = try message.body(as: TaskReport.self)
            if !done.contains(report) { done.append(report) }
        case .taskFailed:
            let trouble = try message.body(as: TaskTrouble.self)
            if !failed.contains(trouble) { failed.append(trouble) }
        case .leaseReturned: returned.append(try message.body())
        case .draining: isDraining = true
        case .left: hasLeft = true
        case .modelRequest: try serve(try message.body())
        default: Issue.record("the worker sent a message of kind \(message.kind.rawValue)")
        }
    }

    private func addresses() throws -> [ReducerAddress] {
        try (0..<2).map { ReducerAddress(index: $0, endpoint: try Endpoint(ipc: folder.file(places[$0])), key: nil) }
    }

    private func welcome() throws {
        let first = tiny.run.shards[0].rows(in: tiny.run.corpus)[0]
        let row = ShardRows(rows: [first], of: tiny.run.corpus)
        let tokens = row.tokens.map(\.littleEndian).withUnsafeBytes { Array($0) }
        let welcome = Welcome(
            run: "tiny", plan: tiny.plan.identity, epoch: epoch, heartbeat: 100, reducers: try addresses(), owners: owners,
            firstRow: RowPlace(index: first, domain: row.domains[0]))
        let files = try PlanFiles.frames(of: tiny.plan, in: tiny.run.folder)
        try say(.welcome, welcome, payload: files + [PayloadFrame(copying: tokens)])
    }

    private func serve(_ request: ModelRequest) throws {
        requests.append(request)
        guard let path = models[request.model] else {
            try say(.modelPiece, ModelPiece(model: request.model, files: [], file: nil, offset: 0))
            return
        }
        if let file = request.file {
            let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path.appending(file).string)))
            let piece = Array(bytes[request.offset..<min(bytes.count, request.offset + ModelPiece.size)])
            try say(
                .modelPiece, ModelPiece(model: request.model, files: [], file: file, offset: request.offset),
                payload: readsModels ? [PayloadFrame(copying: piece)] : [])
        } else {
            let files = try Folder.names(in: path).map { ModelPiece.File(name: $0, bytes: try MappedFile(path.appending($0)).bytes.count) }
            try say(.modelPiece, ModelPiece(model: request.model, files: files, file: nil, offset: 0))
        }
    }

    private func handle(_ message: IncomingMessage, at index: Int, _ socket: MessageSocket) throws {
        let name = try #require(message.sender)
        func answer(_ kind: MessageKind, _ body: some Encodable & Sendable) throws {
            _ = try socket.send(try OutgoingMessage(kind, body), to: name)
        }
        switch message.kind {
        case .offer:
            let offer = try message.body(as: ParcelOffer.self)
            offers.append((index, offer))
            guard answersOffers else { return }
            if parcels[index]?[offer.parcel] != nil {
                try answer(.acknowledge, offer.parcel)
            } else if lostInvites > 0 {
                lostInvites -= 1
            } else {
                arriving[index]?[offer.parcel] = nil
                try answer(.invite, offer.parcel)
            }
        case .piece:
            let piece = try message.body(as: ParcelPiece.self)
            #expect(piece.offset == arriving[index]?[piece.parcel]?.count ?? 0)
            arriving[index]?[piece.parcel, default: []] += message.payload[0].bytes
            guard arriving[index]?[piece.parcel]?.count == piece.total else { return }
            let bytes = arriving[index]?.removeValue(forKey: piece.parcel)
            if refusals > 0 {
                refusals -= 1
                try answer(.refuse, ParcelRefusal(parcel: piece.parcel, reason: "a test refuses it"))
                return
            }
            parcels[index]?[piece.parcel] = bytes
            if lostAcknowledgements > 0 { lostAcknowledgements -= 1 } else { try answer(.acknowledge, piece.parcel) }
        default: Issue.record("the worker sent a reducer a message of kind \(message.kind.rawValue)")
        }
    }

    /// Has a reducer start again elsewhere, without what was on its way to it.
    func move(reducer index: Int) throws {
        reducers[index].close()
        places[index] += "-again"
        reducers[index] = try MessageSocket(.router, in: context, security: .privateFolder)
        try reducers[index].bind(Endpoint(ipc: folder.file(places[index])))
        arriving[index] = [:]
    }

    /// What the coordinator does once it knows that a lease is over.
    func end(_ number: Int) { ended.insert(LeaseID(epoch: epoch, number: number)) }
}
