import Logging
import Pipeline

/// Progress for a person at a terminal: a bar that moves in place, and one log line when a stage is over.
struct ProgressBar: ProgressReporter {
    private let log: Logger
    // Ten times a second looks smooth and costs nothing.
    private let clock = StageClock(interval: .milliseconds(100))

    init(log: Logger) { self.log = log }

    func begin(_ stage: ProgressStage) {
        conclude(clock.begin(stage))
        show(ProgressMeter(stage))
    }

    func advance(by count: Int) { clock.advance(by: count, show: show) }

    func find(_ count: Int) { clock.find(count, show: show) }

    func wait(for reason: String?, isStill: Bool) { clock.wait(for: reason, isStill: isStill, show: show) }

    func end() { conclude(clock.end()) }

    private func conclude(_ meter: ProgressMeter?) {
        guard let meter else { return }
        StandardError.shared.clearStatus()
        log.info("\(meter.summary)")
    }

    private func show(_ meter: ProgressMeter) {
        let text = Self.text(meter, width: StandardError.shared.width - 1, hasColor: StandardError.shared.hasColor)
        StandardError.shared.show(status: text)
    }

    /// One line of at most `width` columns: `correlating ━━━━━─── 45 %  45.1k of 100k tokens, 12.3k tokens/s, 0:12 left`.
    static func text(_ meter: ProgressMeter, width: Int, hasColor: Bool) -> String {
        let outlook = meter.outlook.isEmpty ? "" : ", " + meter.outlook
        let facts = meter.amount + outlook
        guard let share = meter.share else { return String("\(meter.stage.name)  \(facts)".prefix(width)) }
        let percent = "\(Int(share * 100)) %"
        let room = width - meter.stage.name.count - percent.count - facts.count - 4
        // A bar of fewer than 8 columns tells less than the percentage beside it.
        guard room >= 8 else { return narrow(meter, percent: percent, width: width) }
        let columns = min(room, 30)
        let filled = Int(share * Double(columns))
        let full = String(repeating: "━", count: filled)
        let empty = String(repeating: "─", count: columns - filled)
        let bar = hasColor ? "\u{1B}[32m\(full)\u{1B}[0m\(empty)" : full + empty
        return "\(meter.stage.name) \(bar) \(percent)  \(facts)"
    }

    /// Whole facts, the most useful first, as many as fit: percentage, time left, amount.
    private static func narrow(_ meter: ProgressMeter, percent: String, width: Int) -> String {
        var text = "\(meter.stage.name) \(percent)"
        let outlook = meter.waitingFor ?? meter.timeLeft.map { "\($0) left" }
        for fact in [outlook, meter.amount].compactMap(\.self) where text.count + fact.count + 2 <= width {
            text += ", \(fact)"
        }
        return String(text.prefix(width))
    }
}
