import Pipeline
import Scheduling
import SmallRuns
import Testing

@testable import Cluster

extension HostileClusterTests {
    @Test("a run that is attacked by everybody at once comes to the bits of one process; what was tried is counted, and fills no log")
    func attacked() throws {
        let expected = try calmHash()
        let run = RunFolder(folder.file("out"))
        let board = MetricsBoard()
        let coordinated = coordinate(run, metrics: board) { policy in
            // Until somebody honest comes the liar's task comes to nothing again and again.
            policy.retries = .max
            policy.backoff = 50
            policy.longestBackoff = 500
        }
        let endpoint = try endpoint(of: coordinated, run)
        let reducers = try (0..<2).map { try reducer($0, endpoint, logger: log.logger) }
        // Where they listen, as any worker is told.
        #expect(comesTrue { addresses.count == reducers.count })
        let attacks = try targets(endpoint).map { NetworkAttack(on: $0, with: keys) }
        defer { for attack in attacks { attack.end() } }

        // Under attack a worker brings another task's numbers, and what the attackers do is found out.
        let liar = LyingWorker(try worker("liar", endpoint), .anotherTask)
        try #require(comesTrue { log.contains("came to nothing on liar@") }, "\(log.lines.suffix(20))")
        let client = try ClusterClient(endpoint, security: keys.client(as: .control), in: try MessageContext())
        #expect(try comesTrue { try isCounted(client.status(seconds: 60), board) })
        for reducer in reducers { #expect(comesTrue { isCounted(by: reducer) }, "\(reducer.process.transport.snapshot)") }

        // An honest worker computes while they go on.
        let rounds = attacks.map(\.rounds)
        var settings = try worker("honest", endpoint)
        settings.afterComputing = { _, sections in
            _ = eventually { zip(attacks, rounds).allSatisfy { $0.rounds >= $1 + 2 } }
            return sections
        }
        let honest = WorkerRun(settings)
        #expect(comesTrue { coordinated.result != nil })
        #expect(try coordinated.result?.get() == expected, "\(log.lines.suffix(20))")
        #expect(zip(attacks, rounds).allSatisfy { $0.rounds >= $1 + 2 })
        for reducer in reducers { #expect(try reducer.stopped() == .complete) }
        #expect(eventually { honest.outcome != nil })
        liar.end()

        let exchanged = try #require(liar.impossible)
        let records = try Ledger(reading: Ledger.path(in: run)).entries().map(\.record)
        let failures = records.compactMap { record -> String? in
            if case .attemptFailed(exchanged, _, let failure) = record { failure.reason } else { nil }
        }
        #expect(failures.contains { $0.contains("refused its numbers 3 times: ") && $0.contains("is not of the shard") }, "\(failures)")
        // Each kind of what was tried is logged once, and again when its number has doubled; no process tells more than 256 kinds apart, such as
        // the keys of strangers.
        let messages = attacks.reduce(0) { $0 + $1.messages }
        let lines = log.lines.filter { $0.contains("dropped") || $0.contains("was not let in") }
        #expect(messages > 2_000)
        #expect(lines.count < 1_500 && lines.count * 5 < messages, "\(lines.count) lines of \(messages) messages: \(lines.suffix(20))")
    }

    /// Where reducers listen that have come.
    private var addresses: Set<String> {
        Set(log.lines.compactMap { $0.firstMatch(of: /reducer \d+ has come \(.*, (tcp:\S+)\)/).map { String($0.1) } })
    }

    /// The coordinator and the reducers.
    private func targets(_ coordinator: Endpoint) throws -> [NetworkAttack.Target] {
        let reducer = try keys.pair(of: .reducer).publicKey
        return [
            .init(
                endpoint: coordinator, key: try keys.serverKey(), oversized: 5 << 20,
                nonsense: [
                    (.control, #"{"request":{"cancel":{}}}"#), (.heartbeat, #"{"worker":{}}"#), (.taskDone, "{}"), (.assignment, "{}"),
                    (.reducerHello, "{}"),
                ])
        ]
            + (try addresses.map { address in
                .init(
                    endpoint: try Endpoint(address), key: reducer, oversized: 2 << 20,
                    nonsense: [(.offer, "{}"), (.piece, #"{"round":1}"#), (.finished, "{}"), (.flush, #"{"round":1}"#)])
            })
    }

    /// Whether a coordinator has found out everything that was tried.
    private func isCounted(_ status: ClusterStatus, _ board: MetricsBoard) -> Bool {
        let denied = board.families.first { $0.name == "universal_neurons_handshakes_denied_total" }?.samples.first?.value ?? 0
        let refused = ["version", "sender", "body"].allSatisfy { (status.dropped[$0] ?? 0) > 0 }
        return refused && (status.connectionsLost ?? 0) > 0 && denied > 0
    }

    /// Whether a reducer has.
    private func isCounted(by reducer: RunningReducer) -> Bool {
        let transport = reducer.process.transport.snapshot
        let denied = TransportMetrics.Door(reducer.process.settings.listenSecurity)?.denials ?? 0
        return (transport.refused[.version] ?? 0) > 0 && (transport.refused[.body] ?? 0) > 0 && transport.connectionsEnded > 0 && denied > 0
    }
}
