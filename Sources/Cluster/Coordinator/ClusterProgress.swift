import Pipeline
import Scheduling

/// How far a run is, and how fast it goes.
struct ClusterProgress {
    /// Raw tokens of the budget.
    let total: Int
    /// Those that are done, as the share of tasks that are.
    private(set) var tokens = 0
    /// The most that was shown: tasks that are computed again take nothing away.
    private var shown = 0
    /// Why nothing goes on; nil while something does.
    private(set) var waitingBecause: String?
    /// Whether leases are given, or were: what turns out to be done before that nobody has computed in this time.
    private var isGiving = false
    private let reporter: any ProgressReporter
    private var rate: RecentRate

    init(total: Int, reporter: any ProgressReporter, at now: SchedulerTime) {
        self.total = total
        self.reporter = reporter
        rate = RecentRate(at: now)
    }

    /// Tasks begin to be computed; so many are done already.
    ///
    /// - Parameter isShown: whether people see it: where a complete run is gathered nothing is computed.
    mutating func begin(done: Int, of tasks: Int, at now: SchedulerTime, isShown: Bool = true) {
        tokens = share(done, of: tasks)
        shown = tokens
        beginRate(at: now)
        guard isShown else { return }
        reporter.begin(ProgressStage("correlating", unit: .tokens, total: total, completed: tokens))
    }

    /// Leases are given from now on: what was found done before was not computed in this time.
    mutating func restart(at now: SchedulerTime) {
        isGiving = true
        beginRate(at: now)
        // There the speed begins anew, too.
        reporter.find(0)
    }

    private mutating func beginRate(at now: SchedulerTime) {
        rate = RecentRate(at: now)
        rate.reach(tokens, at: now)
    }

    /// Takes in how many tasks are done.
    mutating func show(done: Int, of tasks: Int, at now: SchedulerTime) {
        let reached = share(done, of: tasks)
        guard reached != tokens else { return }
        tokens = reached
        rate.reach(reached, at: now)
        guard reached > shown else { return }
        if isGiving { reporter.advance(by: reached - shown) } else { reporter.find(reached - shown) }
        shown = reached
    }

    /// Takes in what the run waits for.
    ///
    /// - Parameters:
    ///   - reason: for people; nil: it goes on.
    ///   - isStill: whether nobody computes anything meanwhile.
    mutating func wait(for reason: String?, isStill: Bool, at now: SchedulerTime) {
        rate.stand(still: isStill, at: now)
        if reason != nil || waitingBecause != nil { reporter.wait(for: reason, isStill: isStill) }
        waitingBecause = reason
    }

    /// Raw tokens a second of late; nil before anything was done, and while nothing is.
    func tokensPerSecond(at now: SchedulerTime) -> Double? { rate.perSecond(at: now) }

    /// Seconds until the budget is done at that speed; nil while that cannot be told.
    func secondsLeft(at now: SchedulerTime) -> Int? {
        guard waitingBecause == nil, let speed = tokensPerSecond(at: now) else { return nil }
        // A year is as far off as anything may be told to be.
        return Int(min(Double(total - tokens) / speed, 365 * 86_400))
    }

    private func share(_ done: Int, of tasks: Int) -> Int { tasks == 0 ? 0 : Int(Double(total) * Double(done) / Double(tasks)) }
}
