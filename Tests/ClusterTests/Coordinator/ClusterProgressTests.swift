import Pipeline
import Scheduling
import Synchronization
import Testing

@testable import Cluster

@Suite("How far a run is")
struct ClusterProgressTests {
    /// Keeps what is shown.
    private final class Shown: ProgressReporter {
        let units = Atomic<Int>(0)
        let found = Atomic<Int>(0)
        let waits = Mutex<[String?]>([])

        func begin(_ stage: ProgressStage) { units.store(stage.completed, ordering: .relaxed) }
        func advance(by count: Int) { units.add(count, ordering: .relaxed) }
        func find(_ count: Int) {
            found.add(count, ordering: .relaxed)
            units.add(count, ordering: .relaxed)
        }
        func wait(for reason: String?, isStill: Bool) { waits.withLock { $0.append(reason) } }
        func end() {}
    }

    private let shown = Shown()

    private func at(_ seconds: Int) -> SchedulerTime { SchedulerTime(milliseconds: Int64(seconds) * 1_000) }

    @Test("gives no time left while the run waits, and after that the one that the speed before gives")
    func waits() {
        var progress = ClusterProgress(total: 1_000, reporter: shown, at: at(0))
        progress.begin(done: 20, of: 100, at: at(0))
        #expect(progress.tokens == 200 && progress.tokensPerSecond(at: at(5)) == nil && progress.secondsLeft(at: at(5)) == nil)
        for second in 1...10 { progress.show(done: 20 + second, of: 100, at: at(second)) }
        #expect(progress.tokensPerSecond(at: at(10)) == 10 && progress.secondsLeft(at: at(10)) == 70)
        // Workers still compute; then nobody does.
        progress.wait(for: "waiting", isStill: false, at: at(10))
        #expect(progress.secondsLeft(at: at(10)) == nil)
        progress.wait(for: "waiting", isStill: true, at: at(10))
        #expect(progress.tokensPerSecond(at: at(600)) == nil && progress.secondsLeft(at: at(600)) == nil)
        progress.wait(for: nil, isStill: false, at: at(1_000))
        progress.wait(for: nil, isStill: false, at: at(1_000))
        #expect(progress.tokensPerSecond(at: at(1_000)) == 10 && progress.secondsLeft(at: at(1_000)) == 70)
        #expect(shown.waits.withLock { $0 } == ["waiting", "waiting", nil])
    }

    @Test("shows what is computed again only once, and counts what was found done for no speed")
    func again() {
        var progress = ClusterProgress(total: 1_000, reporter: shown, at: at(0))
        progress.begin(done: 0, of: 100, at: at(0))
        // A ledger was lost, and the reducers know better.
        progress.show(done: 50, of: 100, at: at(1))
        progress.restart(at: at(1))
        #expect(progress.tokensPerSecond(at: at(2)) == nil && shown.units.load(ordering: .relaxed) == 500)
        progress.show(done: 30, of: 100, at: at(3))
        progress.show(done: 60, of: 100, at: at(4))
        #expect(shown.found.load(ordering: .relaxed) == 500)
        #expect(progress.tokens == 600 && shown.units.load(ordering: .relaxed) == 600)
    }
}
