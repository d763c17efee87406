import Analysis
import Pipeline

/// What a run of many models says beyond its reference's neurons.
extension ReportedTable {
    /// The tables of a run's summary: cliques, other groups of models, steps of training.
    static func tables(of summary: RunSummary, columns: ColumnNames = ColumnNames()) -> [ReportedTable] {
        [
            summary.cliques.map { cliques($0, models: summary.models, names: columns) }, summary.groups.map { groups($0, names: columns) },
            summary.steps.map { steps($0, reference: summary.models.first ?? "", names: columns) },
        ].compactMap(\.self)
    }

    private static func cliques(_ cliques: CliqueSummary, models: [String], names: ColumnNames) -> ReportedTable {
        ReportedTable(
            id: "cliques", title: "Cliques", heading: "Cliques: \(names.nouns) that are each other’s best partners",
            sentences: [
                "A clique has one \(names.noun) in each of two or more models, any two of which are each other’s best partners. There are "
                    + "\(NumberFormat.integer(cliques.count)) among \(models.count) models, each as large as it can be; cliques.csv lists them "
                    + "with their strength, the smallest correlation of two of their \(names.nouns).",
                "The errors are those of other seeds in the place of the models beside \(VisibleText.plain(models.first ?? "", limit: 40)): the "
                    + "spread over \(NumberFormat.integer(cliques.replicates)) draws of these models with replacement. In a draw a model may stand "
                    + "several times and agrees with itself, so the mean over draws of large sizes is above the count."
                    + (cliques.universalStandardError.map {
                        " By the same draws the count of all universal \(names.nouns) has an error of \(NumberFormat.significant($0))."
                    } ?? ""),
            ], columns: ["models, at least", names.nouns, "share", "of these universal", "± other seeds", "mean over draws"],
            rows: cliques.sizes.map { size in
                [
                    "\(size.size)", NumberFormat.integer(size.count), NumberFormat.percent(size.fraction, 2),
                    NumberFormat.integer(size.universal)
                        + (size.universalStandardError.map { " ± \(NumberFormat.significant($0))" } ?? ""),
                    size.standardError.map { NumberFormat.significant($0) } ?? "–",
                    size.bootstrapMean.map { NumberFormat.significant($0) } ?? "–",
                ]
            })
    }

    private static func groups(_ groups: [GroupOfModels], names: ColumnNames) -> ReportedTable {
        ReportedTable(
            id: "groups", title: "Groups", heading: "Other groups of models",
            sentences: [
                "Models of a group are compared among themselves only; the first is the group’s reference, whose \(names.nouns) are counted. Their "
                    + "tables are in the folder groups."
            ], columns: ["reference", "others", names.nouns, "universal", "share", "mean best correlation"],
            rows: groups.map { group in
                [
                    VisibleText.plain(group.models.first ?? "", limit: 40), ReportWords.list(Array(group.models.dropFirst())),
                    NumberFormat.integer(group.neurons), FigureText.count(ReportContent.figure(group.universal)),
                    NumberFormat.percent(group.universal.fraction, 2), NumberFormat.fixed(group.meanMaxCorr.value, 3),
                ]
            })
    }

    private static func steps(_ steps: [StepCount], reference: String, names: ColumnNames) -> ReportedTable {
        ReportedTable(
            id: "steps", title: "Training", heading: "When in training \(names.nouns) become universal",
            sentences: [
                "At each step the reference’s checkpoint is compared with the other models’ checkpoints of that step. A \(names.noun) of "
                    + "\(VisibleText.plain(reference, limit: 40)) that is universal at the last step appears at the first step from which on it is "
                    + "universal at every one; steps.csv has its excess at each."
            ], columns: ["step", "universal", "universal at the end too", "appear", "mean excess"],
            rows: steps.map { step in
                [
                    NumberFormat.integer(step.step), FigureText.count(ReportContent.figure(step.universal)),
                    NumberFormat.integer(step.universalAtEnd), NumberFormat.integer(step.appear),
                    NumberFormat.fixed(step.meanExcess.value, 3),
                ]
            })
    }
}
