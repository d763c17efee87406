import Glibc

/// The time that file systems stamp files with.
enum WallClock {
    /// Nanoseconds since 1970.
    static func nanoseconds() -> Int64 {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return nanoseconds(now)
    }

    /// A time in nanoseconds since 1970. What 64 bits do not hold (before 1677, after 2262) becomes the nearest that they do: anybody can
    /// give a file such a time.
    static func nanoseconds(_ time: timespec) -> Int64 {
        let seconds = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        let whole = seconds.partialValue.addingReportingOverflow(Int64(time.tv_nsec))
        guard !seconds.overflow, !whole.overflow else { return time.tv_sec < 0 ? .min : .max }
        return whole.partialValue
    }
}
