import Logging
import Pipeline

/// Progress for a file or a scheduler: a log line every few seconds, and one when a stage is over.
struct ProgressLines: ProgressReporter {
    private let log: Logger
    // Often enough to see that a job lives, seldom enough for a log that is kept.
    private let clock = StageClock(interval: .seconds(5))

    init(log: Logger) { self.log = log }

    func begin(_ stage: ProgressStage) { conclude(clock.begin(stage)) }

    func advance(by count: Int) {
        clock.advance(by: count) { meter in
            let percent = meter.share.map { "\(Int($0 * 100)) %, " } ?? ""
            let outlook = meter.outlook.isEmpty ? "" : ", " + meter.outlook
            log.info("\(meter.stage.name): \(percent)\(meter.amount)\(outlook)")
        }
    }

    func find(_ count: Int) { clock.find(count) { _ in } }

    /// What it waits for the log has already.
    func wait(for reason: String?, isStill: Bool) { clock.wait(for: reason, isStill: isStill) { _ in } }

    func end() { conclude(clock.end()) }

    private func conclude(_ meter: ProgressMeter?) {
        if let meter { log.info("\(meter.summary)") }
    }
}
