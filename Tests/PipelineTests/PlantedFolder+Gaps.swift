import Statistics
import Storage

@testable import Pipeline

/// The run as it is where tasks were given up.
extension PlantedFolder {
    /// Computes the statistics of all shards but some.
    @discardableResult
    func compute(without shards: Set<Int>) throws -> PlannedRun {
        let (planned, context) = (try plan(), context())
        try planned.store.create()
        for task in planned.tasks where !shards.contains(task.shard.index) {
            let output = path.appending("\(task.number).partial")
            _ = try MapTask(folder: run, task: task.number, output: output, context: context).run()
            try planned.store.fold([try PartialReader(output)], team: context.team)
        }
        return planned
    }

    /// Analyses what there is.
    @discardableResult
    func analyzeIncomplete() throws -> AnalysisOutcome { try AnalyzeRun(folder: run, extent: .incomplete, context: context()).run() }
}
