import ArgumentParser
import Pipeline

/// `plan`: write a plan with its calibration, and say what it will cost.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Write a plan with its calibration, and say what it will cost.",
        discussion: """
            EXAMPLE:
              universal-neurons plan configs/demo.yaml --output runs/demo

            The tasks of the plan are for 'map', which any scheduler can start.
            """)

    @OptionGroup var input: RunInput

    @OptionGroup var report: OutputOptions

    func run() throws {
        let session = try Session(report, label: "plan")
        let (configuration, folder, context) = try input.prepare(session)
        let run = try PlanJob(configuration: configuration, folder: folder, context: context).run()
        let result = PlanReport(plan: run.inspection, cost: try run.cost(context: context))
        try session.finish(result) { result.text }
    }
}
