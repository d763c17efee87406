@testable import universal_neurons

/// What the log of a run says of the tokens that it has correlated, and of those that were there already.
struct CorrelatedTokens: Equatable {
    let here: String
    let there: String?

    /// So many tokens.
    init(here: Int, there: Int? = nil) {
        self.here = ProgressMeter.short(Double(here))
        self.there = there.map { ProgressMeter.short(Double($0)) }
    }

    /// What a log says; nil where nothing was correlated.
    init?(log: String) {
        guard let line = log.split(separator: "\n").first(where: { $0.contains("correlating: ") && $0.contains(" tokens in ") }),
            let match = line.firstMatch(of: /correlating: (\S+) tokens/)
        else { return nil }
        here = String(match.1)
        there = line.firstMatch(of: /, (\S+) were there/).map { String($0.1) }
    }
}
