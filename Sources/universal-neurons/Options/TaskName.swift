import ArgumentParser
import Pipeline
import Scheduling

/// A task as people write it: `3.1`, shard and block group, or where the run's plan is at hand its number in there.
enum TaskName: Hashable {
    /// Its shard and its group.
    case id(TaskID)
    /// Its number, as `plan`, `tasks` and `map` count.
    case number(Int)

    /// Reads a name.
    ///
    /// - Throws: `ValidationError`.
    static func parse(_ text: String) throws -> TaskName {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { $0.first == "+" ? nil : Int($0) }
        switch (parts.count, parts.first ?? nil, parts.last ?? nil) {
        case (2, let shard?, let group?) where shard >= 0 && group >= 0: return .id(TaskID(shard: shard, group: group))
        case (1, let number?, _) where number >= 0: return .number(number)
        default: throw ValidationError("a task is named SHARD.GROUP, as `status` shows it, or by its number in the plan")
        }
    }

    /// The task of a run.
    ///
    /// - Throws: `PipelineError.noSuchTask`, `ValidationError` for a number where the plan is elsewhere, errors of the plan.
    func id(in place: RunPlace) throws -> TaskID {
        switch (self, place) {
        case (.id(let id), _): return id
        case (.number(let number), .coordinator):
            throw ValidationError("Name task \(number) as SHARD.GROUP, as `status` shows it: only the run's folder knows its number.")
        case (.number(let number), .folder(let folder)):
            let entry = try PlannedTasks(in: folder.underWay).entry(of: number)
            return TaskID(shard: entry.shard, group: entry.group)
        }
    }
}
