import Analysis
import Storage
import SystemPackage

/// A run that is compared: its results, its plan, and which of its groups of models the table of neurons is about.
struct ComparedRun {
    /// What its last analysis has left.
    let results: RunResults
    /// Its plan.
    let plan: RunPlan
    /// The reference whose neurons are compared, and the models that it was compared with.
    let models: [String]
    /// The table of the reference's neurons.
    let table: NeuronTableFile

    /// Reads a run.
    ///
    /// - Parameter model: the reference of one of its groups; nil for the run's own.
    /// - Throws: `PipelineError.planMissing`, `.resultsMissing`, `.resultsChanged`, `.noReference`, errors of the files.
    init(_ folder: RunFolder, model: String?) throws {
        results = try RunResults(folder)
        plan = try RunPlan.read(folder.plan)
        table = try model.map { [results] in try results.table(of: $0) } ?? results.table
        models = results.summary.modelGroups.first { [results] in $0.first == model ?? results.summary.models.first } ?? []
        try results.checkUnchanged()
    }

    /// The headline figures.
    var summary: RunSummary { results.summary }

    /// Which results these are.
    var origin: ResultsOrigin { ResultsOrigin(summary, of: plan, reference: reference) }

    /// A model as the plan knows it.
    func planned(_ id: String) -> PlannedModel? { plan.numbers.models.first { $0.id == id } }

    /// The reference as the plan knows it.
    var reference: PlannedModel? { models.first.flatMap(planned) }
}
