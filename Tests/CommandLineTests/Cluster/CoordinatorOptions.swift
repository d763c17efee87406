/// Options with which a coordinator takes blows that a test deals on purpose.
enum CoordinatorOptions {
    /// No task is given up for those who are lost with it.
    static let keepsTasks = ["--retries", "1000", "--crash-limit", "1000"]

    /// So many seconds of silence are a loss: few, so that a test has not to wait, and not so few that a machine that does much else loses
    /// others. No task is given up for it.
    static func isSureAfter(seconds: Int) -> [String] { ["--lease-timeout", "\(seconds)"] + keepsTasks }
}
