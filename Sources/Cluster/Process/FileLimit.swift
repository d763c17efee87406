import Glibc

/// The number of files and connections that this process may have open.
public enum FileLimit {
    /// Raises it as far as the system lets this user: a coordinator of a thousand workers needs more than the usual 1,024.
    ///
    /// - Returns: the limit from here on.
    @discardableResult
    public static func raise() -> Int {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 0 }
        let before = limit
        limit.rlim_cur = limit.rlim_max
        if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) != 0 { limit = before }
        return Int(clamping: limit.rlim_cur)
    }
}
