import Scheduling
import Testing

@Suite("The speed of late")
struct RecentRateTests {
    /// What is known of a run that began at 0 with nothing done.
    private struct Run {
        var rate = RecentRate(at: at(0))
        private var units = 0

        init() { rate.reach(0, at: at(0)) }

        /// Reaches some more units at once.
        mutating func add(_ more: Int, at time: SchedulerTime) {
            units += more
            rate.reach(units, at: time)
        }

        /// Reaches 10 units a second.
        mutating func work(from start: Int, to end: Int, speed: Int = 10) {
            for second in start..<end { add(speed, at: at(second + 1)) }
        }
    }

    @Test("is nothing before anything was done, and does not count what was there")
    func begin() {
        var rate = RecentRate(at: at(100))
        #expect(rate.perSecond(at: at(101)) == nil)
        rate.reach(5_000, at: at(101))
        #expect(rate.perSecond(at: at(105)) == nil)
        rate.reach(5_040, at: at(105))
        #expect(rate.perSecond(at: at(105)) == 10)
        #expect(rate.perSecond(at: at(109)) == 5)
    }

    @Test("forgets what is more than the window ago")
    func window() {
        var run = Run()
        run.work(from: 0, to: 600)
        run.work(from: 600, to: 800, speed: 30)
        #expect(run.rate.perSecond(at: at(800)) == 30)
    }

    @Test("is nothing while the run stands still, and after that what it was before")
    func still() {
        var run = Run()
        run.work(from: 0, to: 60)
        run.rate.stand(still: true, at: at(60))
        #expect(run.rate.isStill && run.rate.perSecond(at: at(60)) == nil && run.rate.perSecond(at: at(3_600)) == nil)
        // Said again it changes nothing.
        run.rate.stand(still: true, at: at(1_800))
        run.rate.stand(still: false, at: at(3_660))
        #expect(run.rate.perSecond(at: at(3_660)) == 10)
        run.work(from: 3_660, to: 3_670)
        #expect(run.rate.perSecond(at: at(3_670)) == 10)
    }

    @Test("counts the time in which units were worked on that come at once when the wait is over")
    func burst() throws {
        var run = Run()
        run.work(from: 0, to: 60)
        // The reducer is silent, and for 20 seconds workers go on; then they have to wait.
        run.rate.stand(still: true, at: at(80))
        run.add(200, at: at(600))
        run.rate.stand(still: false, at: at(600))
        let speed = try #require(run.rate.perSecond(at: at(600)))
        #expect(abs(speed - 10) < 0.01)
    }

    @Test("begins anew where something has to be done again")
    func again() {
        var rate = RecentRate(at: at(0))
        rate.reach(0, at: at(0))
        rate.reach(100, at: at(10))
        rate.reach(40, at: at(20))
        #expect(rate.perSecond(at: at(20)) == nil)
        rate.reach(60, at: at(30))
        #expect(rate.perSecond(at: at(30)) == 2)
    }
}

private func at(_ seconds: Int) -> SchedulerTime { SchedulerTime(milliseconds: Int64(seconds) * 1_000) }
