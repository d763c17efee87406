import Pipeline
import Storage

/// How a run stands that no coordinator has: none has had it, or one process has gone on with it.
public enum LoneRun: Hashable, Sendable {
    /// It is planned, and nothing of it is computed.
    case planned
    /// A process works on it.
    case goesOn(process: String)
    /// Nobody works on it, and so many of its tasks are done.
    case stopped(done: Int, tasks: Int)
    /// All is computed and analysed.
    case complete
    /// Its files do not say.
    case unknown

    /// Looks into a run's folder.
    init(in folder: RunFolder) {
        if let holder = FolderLock.holder(of: folder.path) {
            self = .goesOn(process: holder)
        } else if let run = try? RunInspection(folder) {
            let done = run.tasksDone ?? 0
            if done == run.tasks, run.resultsTokens != nil, run.areResultsOfOtherBudget != true {
                self = .complete
            } else {
                self = done == 0 && run.staged == 0 ? .planned : .stopped(done: done, tasks: run.tasks)
            }
        } else {
            self = .unknown
        }
    }

    /// What follows "the run in its folder".
    var words: String {
        switch self {
        case .planned: "is only planned, and has no coordinator"
        case .goesOn(let process): "is worked on by \(process), without a coordinator"
        case .stopped(let done, let tasks): "has no coordinator, and nobody works on it: \(done) of \(tasks) tasks are done"
        case .complete: "is complete, and has no coordinator"
        case .unknown: "has no coordinator"
        }
    }

    /// What can be done with the run in a folder.
    func remedy(_ folder: String) -> String {
        let look = "see `universal-neurons inspect \(folder)`"
        return switch self {
        case .planned: "\(look); `universal-neurons resume \(folder)` computes it in one process"
        case .goesOn: "\(look); Ctrl-C ends that process"
        case .stopped: "\(look); `universal-neurons resume \(folder)` goes on with it"
        case .complete: "\(look); of a question about it, `universal-neurons status` takes the address that `intervene --listen` was given"
        case .unknown: look
        }
    }
}
