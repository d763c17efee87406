import Storage

/// Which tasks are computed twice. A task's hash decides, so every coordinator of a run draws the same ones, and a reducer that knows
/// the rule knows which parcels it has to keep back.
public struct AuditRule: Hashable, Codable, Sendable {
    /// The share of tasks that are computed twice, 0 to 1.
    public let share: Double
    /// What a worker does not know, so that it cannot tell which tasks will be audited; empty: everybody can.
    public let salt: String

    /// The rule for a share of the tasks.
    public init(share: Double, salt: String = "") {
        self.share = share
        self.salt = salt
    }

    /// Whether a task is computed twice.
    public func contains(_ task: TaskID) -> Bool {
        guard share > 0 else { return false }
        let bytes = Digest(of: Array("audit \(salt.isEmpty ? "" : salt + " ")\(task)".utf8)).bytes.prefix(4)
        let draw = bytes.reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return Double(draw) < share * 4_294_967_296
    }
}
