import Glibc

/// The pauses between looks at what is measured: a fiftieth of the time so far, so that looking is no load beside it, and few enough that
/// what happens at the very end is seen.
struct LookingPace {
    private static let microseconds = 2_000.0...50_000
    private let start = ContinuousClock.now

    /// Lets some time pass before the next look.
    func pause() {
        let pause = (ContinuousClock.now - start) / .microseconds(50)
        usleep(UInt32(min(max(pause, Self.microseconds.lowerBound), Self.microseconds.upperBound)))
    }
}
