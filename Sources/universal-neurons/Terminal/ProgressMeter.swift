import Pipeline

/// How far a stage is, and what that says about its speed and its end.
struct ProgressMeter {
    let stage: ProgressStage
    /// Units done, those of earlier processes included.
    var done: Int
    /// Units that were found to be done after the stage had begun.
    var found = 0
    /// Time since this process began the stage.
    var elapsed: Duration
    /// Units a second of late; nil where nobody counts them.
    var recentSpeed: Double?
    /// What the stage waits for; nil while it goes on.
    var waitingFor: String?

    init(_ stage: ProgressStage) {
        self.stage = stage
        done = stage.completed
        elapsed = .zero
    }

    /// Units that were done by others before.
    private var there: Int { stage.completed + found }

    /// Units a second of this process; nil while there is nothing to tell.
    var speed: Double? {
        let seconds = elapsed / .seconds(1)
        guard done > there, seconds > 0 else { return nil }
        return Double(done - there) / seconds
    }

    /// Share of the stage that is done, 0...1; nil where the total is not known.
    var share: Double? {
        guard let total = stage.total, total > 0 else { return nil }
        return min(1, Double(done) / Double(total))
    }

    /// `45.1k of 100k tokens`.
    var amount: String {
        let total = stage.total.map { " of \(Self.short(Double($0)))" } ?? ""
        return "\(Self.short(Double(done)))\(total) \(stage.unit.rawValue)"
    }

    /// `12.3k tokens/s, 0:12 left`, or what the stage waits for; empty while there is nothing to tell.
    var outlook: String {
        if let waitingFor { return waitingFor }
        guard let speed = recentSpeed ?? speed else { return "" }
        let rate = "\(Self.short(speed)) \(stage.unit.rawValue)/s"
        return rate + (timeLeft.map { ", \($0) left" } ?? "")
    }

    /// `0:12`; nil while there is nothing to tell.
    var timeLeft: String? {
        guard waitingFor == nil, let speed = recentSpeed ?? speed, let total = stage.total, total > done else { return nil }
        return Self.clock(Double(total - done) / speed)
    }

    /// `correlating: 100k tokens in 8.1 s, 12.3k tokens/s`.
    var summary: String {
        let seconds = elapsed / .seconds(1)
        let time = seconds < 60 ? "\(Self.short(seconds)) s" : Self.clock(seconds)
        // A stage that nobody counted in says how long it took.
        guard done > 0 || stage.total == 0 else { return "\(stage.name): \(time)" }
        let rate = speed.map { ", \(Self.short($0)) \(stage.unit.rawValue)/s" } ?? ""
        // What an earlier process has done was not done in this time.
        let here = "\(Self.short(Double(done - there))) \(stage.unit.rawValue) in \(time)\(rate)"
        return "\(stage.name): \(here)" + (there > 0 ? ", \(Self.short(Double(there))) were there" : "")
    }

    /// Three significant digits with k, M, B or T.
    static func short(_ value: Double) -> String {
        var value = value
        var unit = ""
        for next in ["k", "M", "B", "T"] where value >= 999.5 {
            value /= 1_000
            unit = next
        }
        let decimals = value >= 99.95 || value == value.rounded() ? 0 : value >= 9.995 ? 1 : 2
        let scale = [1.0, 10, 100][decimals]
        let scaled = Int((value * scale).rounded())
        guard decimals > 0 else { return "\(scaled)\(unit)" }
        let fraction = "\(scaled % Int(scale) + Int(scale))".dropFirst()
        let trimmed = String(fraction.reversed().drop { $0 == "0" }.reversed())
        return "\(scaled / Int(scale))\(trimmed.isEmpty ? "" : "." + trimmed)\(unit)"
    }

    /// `0:07`, `12:34`, `1:02:03`.
    static func clock(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e9 else { return "?" }
        let whole = Int(seconds.rounded(.up))
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let (hours, minutes) = (whole / 3_600, whole / 60 % 60)
        return hours > 0 ? "\(hours):\(two(minutes)):\(two(whole % 60))" : "\(minutes):\(two(whole % 60))"
    }
}
