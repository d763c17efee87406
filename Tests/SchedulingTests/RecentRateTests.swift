import Scheduling
import Testing

@Suite("The speed of late")
struct RecentRateTests {
    private func at(_ seconds: Int) -> SchedulerTime { SchedulerTime(milliseconds: Int64(seconds) * 1_000) }

    /// Reaches 10 units a second.
    private func work(_ rate: inout RecentRate, from start: Int, to end: Int, units: inout Int, speed: Int = 10) {
        for second in start..<end {
            units += speed
            rate.reach(units, at: at(second + 1))
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
        var rate = RecentRate(at: at(0))
        var units = 0
        rate.reach(0, at: at(0))
        work(&rate, from: 0, to: 600, units: &units)
        work(&rate, from: 600, to: 800, units: &units, speed: 30)
        #expect(rate.perSecond(at: at(800)) == 30)
    }

    @Test("is nothing while the run stands still, and after that what it was before")
    func still() throws {
        var rate = RecentRate(at: at(0))
        var units = 0
        rate.reach(0, at: at(0))
        work(&rate, from: 0, to: 60, units: &units)
        rate.stand(still: true, at: at(60))
        #expect(rate.isStill && rate.perSecond(at: at(60)) == nil && rate.perSecond(at: at(3_600)) == nil)
        // Said again it changes nothing.
        rate.stand(still: true, at: at(1_800))
        rate.stand(still: false, at: at(3_660))
        #expect(rate.perSecond(at: at(3_660)) == 10)
        work(&rate, from: 3_660, to: 3_670, units: &units)
        #expect(rate.perSecond(at: at(3_670)) == 10)
    }

    @Test("counts the time in which units were worked on that come at once when the wait is over")
    func burst() throws {
        var rate = RecentRate(at: at(0))
        var units = 0
        rate.reach(0, at: at(0))
        work(&rate, from: 0, to: 60, units: &units)
        // The reducer is silent, and for 20 seconds workers go on; then they have to wait.
        rate.stand(still: true, at: at(80))
        units += 200
        rate.reach(units, at: at(600))
        rate.stand(still: false, at: at(600))
        let speed = try #require(rate.perSecond(at: at(600)))
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
