import Pipeline
import Scheduling

/// How far a run is, and how fast it goes.
struct ClusterProgress {
    /// Long enough to smooth over leases that end together, short enough to see workers join.
    private static let window: Int64 = 120_000

    /// Raw tokens of the budget.
    let total: Int
    /// Those that are done, as the share of tasks that are.
    private(set) var tokens = 0
    private let reporter: any ProgressReporter
    private var history: [(time: SchedulerTime, tokens: Int)] = []

    init(total: Int, reporter: any ProgressReporter) {
        self.total = total
        self.reporter = reporter
    }

    /// Takes in how many tasks are done.
    mutating func show(done: Int, of tasks: Int, at now: SchedulerTime) {
        let reached = tasks == 0 ? 0 : Int(Double(total) * Double(done) / Double(tasks))
        guard reached != tokens || history.isEmpty else { return }
        // What was there when the coordinator came was not computed in its time.
        if history.isEmpty { history.append((now, reached)) }
        if reached > tokens { reporter.advance(by: reached - tokens) }
        tokens = reached
        history.append((now, reached))
        while history.count > 2, now - history[1].time > Self.window { history.removeFirst() }
    }

    /// Raw tokens a second over the last two minutes; nil before anything was done.
    func tokensPerSecond(at now: SchedulerTime) -> Double? {
        guard let first = history.first, tokens > first.tokens, now > first.time else { return nil }
        return Double(tokens - first.tokens) * 1_000 / Double(now - first.time)
    }
}
