/// A task: one shard of the corpus and one block group of the plan.
public struct TaskID: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    /// The shard's index in the plan.
    public let shard: Int
    /// The block group's index in the plan.
    public let group: Int

    /// The task of a shard and a block group.
    public init(shard: Int, group: Int) {
        self.shard = shard
        self.group = group
    }

    /// By shard, then by group: plan order.
    public static func < (left: Self, right: Self) -> Bool { (left.shard, left.group) < (right.shard, right.group) }

    public var description: String { "\(shard).\(group)" }
}
