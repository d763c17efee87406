import ArgumentParser
import Scheduling

/// A task as people write it: `3.1`, shard and block group.
struct TaskName: ExpressibleByArgument {
    /// The task.
    let id: TaskID

    init?(argument: String) {
        let parts = argument.split(separator: ".", omittingEmptySubsequences: false).map { $0.first == "+" ? nil : Int($0) }
        guard parts.count == 2, let shard = parts[0], let group = parts[1], shard >= 0, group >= 0 else { return nil }
        id = TaskID(shard: shard, group: group)
    }
}
