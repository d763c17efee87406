extension TaskFailure {
    /// What the worker logged last, oldest first; of one that was lost before any of it came, where its own log is.
    public var lastLines: [String] {
        guard log.isEmpty, mayBeDeadly else { return log }
        return [
            "it was lost before any line of its log had come, which signs of life bring; its own log is what it has written to standard error "
                + "on \(host): the coordinator's log has that of workers which it has started"
        ]
    }
}
