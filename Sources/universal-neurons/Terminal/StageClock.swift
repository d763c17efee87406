import Pipeline
import Scheduling
import Synchronization

/// Counts a job's progress from many threads without making them wait, and says when something is due to be shown.
final class StageClock: Sendable {
    private struct Current {
        var meter: ProgressMeter
        let start: ContinuousClock.Instant
        var lastShown: ContinuousClock.Instant
        var rate: RecentRate

        /// The time on a clock that begins with the stage.
        func time(_ now: ContinuousClock.Instant) -> SchedulerTime {
            SchedulerTime(milliseconds: Int64((now - start) / .milliseconds(1)))
        }
    }

    private let current = Mutex<Current?>(nil)
    /// Units that were counted while another thread had the stage in its hands.
    private let pending = Atomic<Int>(0)
    private let interval: Duration

    /// Shows at most once in an interval.
    init(interval: Duration) { self.interval = interval }

    /// Begins a stage and returns the one that was still open.
    func begin(_ stage: ProgressStage) -> ProgressMeter? {
        let now = ContinuousClock.now
        return current.withLock { current in
            let previous = finish(&current)
            var rate = RecentRate(at: .zero)
            rate.reach(stage.completed, at: .zero)
            current = Current(meter: ProgressMeter(stage), start: now, lastShown: now, rate: rate)
            return previous
        }
    }

    /// Counts `count` units; calls `show`, one thread at a time, when something is due.
    func advance(by count: Int, show: (ProgressMeter) -> Void) {
        pending.add(count, ordering: .relaxed)
        current.withLockIfAvailable { current in
            let now = ContinuousClock.now
            guard let lastShown = current?.lastShown, now - lastShown >= interval else { return }
            update(&current, at: now)
            current?.lastShown = now
            if let meter = current?.meter { show(meter) }
        }
    }

    /// Takes in that `count` units more were there, none or some, and calls `show`: the speed is that of what follows.
    func find(_ count: Int, show: (ProgressMeter) -> Void) {
        current.withLock { current in
            let now = ContinuousClock.now
            update(&current, at: now)
            guard var stage = current else { return }
            stage.meter.done += count
            stage.meter.found += count
            stage.meter.recentSpeed = nil
            let isStill = stage.rate.isStill
            stage.rate = RecentRate(at: stage.time(now))
            stage.rate.reach(stage.meter.done, at: stage.time(now))
            stage.rate.stand(still: isStill, at: stage.time(now))
            current = stage
            show(stage.meter)
        }
    }

    /// Takes in what the stage waits for, and calls `show`.
    func wait(for reason: String?, isStill: Bool, show: (ProgressMeter) -> Void) {
        current.withLock { current in
            let now = ContinuousClock.now
            update(&current, at: now)
            guard let time = current?.time(now) else { return }
            current?.rate.stand(still: isStill, at: time)
            current?.meter.waitingFor = reason
            if let meter = current?.meter { show(meter) }
        }
    }

    /// Ends the stage and returns it complete; nil where none was open.
    func end() -> ProgressMeter? { current.withLock { finish(&$0) } }

    private func update(_ current: inout Current?, at now: ContinuousClock.Instant) {
        current?.meter.done += pending.exchange(0, ordering: .relaxed)
        guard var stage = current else { return }
        let time = stage.time(now)
        stage.meter.elapsed = now - stage.start
        stage.rate.reach(stage.meter.done, at: time)
        stage.meter.recentSpeed = stage.rate.perSecond(at: time)
        current = stage
    }

    private func finish(_ current: inout Current?) -> ProgressMeter? {
        update(&current, at: ContinuousClock.now)
        defer { current = nil }
        return current?.meter
    }
}
