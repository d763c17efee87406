import Testing

/// What a run went through whose processes were killed and stopped, and what came of it.
struct ChaosHistory: Sendable, CustomStringConvertible {
    /// A process that was alive, or all of them, and what befell it.
    struct Hit: Sendable, Hashable, CustomStringConvertible {
        /// What befalls a process.
        enum Fate: String, Sendable {
            case killed, stopped
            case stoppedPastLease = "stopped past a lease"
        }

        /// worker, reducer, coordinator or everything.
        let who: String
        let fate: Fate

        var description: String { "\(who) \(fate.rawValue)" }

        /// What hits somebody in any three histories whose seeds follow each other, whatever else they decide.
        static let certain = ClusterChaos.roles.flatMap { who in [Fate.killed, .stoppedPastLease].map { Hit(who: who, fate: $0) } }
    }

    /// What repeats it.
    let seed: Int
    let workers, reducers: Int
    /// Whether its processes were started one by one: workers and reducers outlast a coordinator that is killed.
    let isSeparate: Bool
    /// How often the run was started.
    var attempts = 0
    /// What hit, in order.
    var hits: [Hit] = []
    /// How often a coordinator was killed while workers had leases and reducers had parcels, which lived on.
    var successions = 0
    /// What all attempts printed.
    var log = ""
    /// Why it came to no result.
    var problem: String?
    /// What was computed.
    var result: TinyRun.Result?

    var description: String {
        "seed \(seed), \(workers) workers, \(reducers) reducers\(isSeparate ? " over tcp" : ""), \(attempts) attempts: "
            + (hits.isEmpty ? "nothing hit" : hits.map(\.description).joined(separator: ", "))
    }

    /// Checks that it came to the numbers of a calm run.
    func check(against calm: TinyRun.Result) {
        print(self)
        #expect(problem == nil, "\(self)\n\(log)")
        #expect(result == calm, "\(self)\n\(log)")
    }
}
