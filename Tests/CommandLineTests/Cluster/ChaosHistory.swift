import Testing

/// What a run went through whose processes were killed and stopped, and what came of it.
struct ChaosHistory: Sendable, CustomStringConvertible {
    /// A process that was alive, or all of them, and what befell it.
    struct Hit: Sendable, Hashable, CustomStringConvertible {
        /// worker, reducer, coordinator or everything.
        let who: String
        let isKilled: Bool

        var description: String { "\(who) \(isKilled ? "killed" : "stopped")" }
    }

    /// What repeats it.
    let seed: Int
    let workers, reducers: Int
    /// How often the run was started.
    var attempts = 0
    /// What hit, in order.
    var hits: [Hit] = []
    /// What all attempts printed.
    var log = ""
    /// Why it came to no result.
    var problem: String?
    /// What was computed.
    var result: TinyRun.Result?

    var description: String {
        "seed \(seed), \(workers) workers, \(reducers) reducers, \(attempts) attempts: "
            + (hits.isEmpty ? "nothing hit" : hits.map(\.description).joined(separator: ", "))
    }

    /// Checks that it came to the numbers of a calm run, and that there was something to withstand.
    func check(against calm: TinyRun.Result, hits least: Int) {
        print(self)
        #expect(problem == nil, "\(self)\n\(log)")
        #expect(result == calm, "\(self)\n\(log)")
        #expect(hits.count >= least, "\(self)")
    }
}
