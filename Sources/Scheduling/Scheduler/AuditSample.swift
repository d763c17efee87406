import Storage

/// The sample of tasks that are computed twice. A task's hash decides, so every coordinator of a run draws the same ones.
enum AuditSample {
    /// Whether a task is in the sample.
    ///
    /// - Parameter share: the share of tasks in the sample, 0 to 1.
    static func contains(_ task: TaskID, share: Double) -> Bool {
        guard share > 0 else { return false }
        let bytes = Digest(of: Array("audit \(task)".utf8)).bytes.prefix(4)
        let draw = bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return Double(draw) < share * 4_294_967_296
    }
}
