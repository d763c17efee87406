import Scheduling
import Testing

@Suite("Reducers that fall silent")
struct ReducerWatchTests {
    private func at(_ seconds: Double) -> SchedulerTime { SchedulerTime(milliseconds: Int64(seconds * 1_000)) }

    /// Looks every quarter of a second, as a coordinator does.
    private func look(_ watch: inout ReducerWatch, from start: Double, to end: Double) -> [ReducerWatch.Notice] {
        stride(from: start, through: end, by: 0.25).flatMap { watch.look(at: at($0)) }
    }

    @Test("are told of once when they have been silent for the patience, and once when they are back")
    func once() {
        var watch = ReducerWatch(patience: 5_000)
        #expect(watch.hear(0, at: at(0)) == nil && watch.hear(1, at: at(0)) == nil)
        var notices: [ReducerWatch.Notice] = []
        for second in 1...60 {
            #expect(watch.hear(0, at: at(Double(second))) == nil)
            notices += look(&watch, from: Double(second), to: Double(second) + 0.75)
        }
        #expect(notices == [.silent(1, milliseconds: 5_250)])
        #expect(watch.silences(at: at(61)) == [1: 61_000])
        #expect(watch.hear(1, at: at(62)) == .back(1, milliseconds: 62_000))
        #expect(watch.hear(1, at: at(63)) == nil && watch.silences(at: at(63)).isEmpty)
        // The next silence is another one.
        _ = watch.hear(0, at: at(63))
        #expect(look(&watch, from: 61, to: 67).isEmpty)
        _ = watch.hear(0, at: at(67))
        #expect(look(&watch, from: 67.25, to: 70) == [.silent(1, milliseconds: 5_250)])
    }

    @Test("that never came are told of where they were expected, and not where they were given up")
    func expected() {
        var watch = ReducerWatch(patience: 5_000)
        watch.expect(2, at: at(10))
        watch.expect(3, at: at(10))
        #expect(watch.hear(3, at: at(12)) == nil)
        watch.forget(3)
        #expect(look(&watch, from: 10, to: 60) == [.silent(2, milliseconds: 5_250)])
        watch.forget(2)
        #expect(watch.silences(at: at(60)).isEmpty && watch.hear(2, at: at(61)) == nil)
    }

    @Test("are not those that could not be heard because nobody listened")
    func asleep() {
        var watch = ReducerWatch(patience: 5_000)
        _ = watch.hear(0, at: at(0))
        #expect(look(&watch, from: 0, to: 1).isEmpty)
        // The coordinator sleeps for an hour, and then listens for a while.
        #expect(look(&watch, from: 3_601, to: 3_604).isEmpty)
        #expect(look(&watch, from: 3_604.25, to: 3_610) == [.silent(0, milliseconds: 5_250)])
    }
}
