/// The times of two ways to do the same work, taken by turns, so that a machine that slows down slows both.
struct PairedTimes {
    private(set) var ours: [Double] = []
    private(set) var theirs: [Double] = []

    /// Adds one round, in seconds.
    mutating func add(ours: Double, theirs: Double) {
        self.ours.append(ours)
        self.theirs.append(theirs)
    }

    /// The median of the rounds' ratios theirs / ours: above 1 we are faster.
    var ratio: Double { Self.median(zip(ours, theirs).map { $1 / $0 }) }

    /// Our median time in seconds.
    var seconds: Double { Self.median(ours) }

    /// Their median time in seconds.
    var theirSeconds: Double { Self.median(theirs) }

    /// Measures `rounds` rounds after one that warms up.
    static func measure(rounds: Int, ours: () throws -> Double, theirs: () throws -> Double) throws -> PairedTimes {
        var times = PairedTimes()
        for round in 0...rounds {
            let pair = (ours: try ours(), theirs: try theirs())
            if round > 0 { times.add(ours: pair.ours, theirs: pair.theirs) }
        }
        return times
    }

    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return .nan }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    /// How long `body` takes, in seconds.
    static func seconds(_ body: () throws -> Void) rethrows -> Double { try ContinuousClock().measure(body) / .seconds(1) }
}
