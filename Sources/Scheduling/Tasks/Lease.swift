/// One shard and some block groups of it, given to a worker that shares one forward pass among them.
public struct Lease: Hashable, Codable, Sendable {
    /// Why a lease was given.
    public enum Purpose: String, Codable, Sendable, CaseIterable {
        /// No copy of its tasks is under way.
        case work
        /// A copy of tasks that take another worker too long.
        case speculation
        /// A second computation, to be compared with the first.
        case audit
    }

    /// Its number.
    public let id: LeaseID
    /// The shard's index in the plan.
    public let shard: Int
    /// The block groups, ascending.
    public let groups: [Int]
    /// Why it was given.
    public let purpose: Purpose

    /// A lease of some groups of a shard.
    public init(id: LeaseID, shard: Int, groups: [Int], purpose: Purpose) {
        self.id = id
        self.shard = shard
        self.groups = groups
        self.purpose = purpose
    }

    /// The tasks in it.
    public var tasks: [TaskID] { groups.map { TaskID(shard: shard, group: $0) } }
}
