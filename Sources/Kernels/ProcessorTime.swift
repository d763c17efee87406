import Glibc

/// The time that processors have worked, in seconds.
public enum ProcessorTime {
    /// What all threads of this process have used since its start; NaN where the system does not say.
    public static var ofProcess: Double {
        var time = timespec()
        guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return .nan }
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
