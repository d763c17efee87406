import Analysis
import Models
import Statistics
import Storage

/// What the pilot's column groups say, made once and kept beside its statistics: rotation baselines take long.
struct PilotSummaries {
    /// The pilot's plan.
    let plan: RunPlan
    /// The pilot's folder.
    let folder: RunFolder
    /// What the run is asked for: its rotations may change from one analysis to the next.
    let configuration: Configuration
    /// How candidates are chosen.
    let rule: CandidateRule
    /// Threads, memory, a way to be stopped.
    let context: JobContext

    /// Merges what all groups say; what is not there, or was asked for otherwise, is made again.
    ///
    /// - Throws: `PipelineError.stopped`; errors of the store, the analysis and the disk.
    func analysis() throws -> PilotAnalysis {
        var asked = plan
        asked.configuration.rotations = configuration.rotations
        // The candidates' and the report's figures need none.
        asked.configuration.matrices = .none
        var universality = asked.universality
        universality.tail = max(universality.tail, rule.limit)
        let summariser = try GroupSummariser(
            asked, folder: folder, store: plan.store(at: folder.store), matrices: (folder.correlations, .none), universality: universality,
            context: context)
        let layout = plan.layout
        var analysis = try PilotAnalysis(
            layout: layout, replicates: plan.numbers.corpus.replicates, configuration: universality, rule: rule)
        try context.files.createFolder(folder.summaries)
        context.progress.begin(ProgressStage("analysing the pilot", unit: .groups, total: analysis.groups.count))
        defer { context.progress.end() }
        for group in analysis.groups {
            let file = folder.summaries.appending("\(layout.groups[group].name).findings")
            if Folder.holdsFile(file), let header = try? GroupFindings.header(of: file), try summariser.isCurrent(header),
                let summary = try? GroupFindings(contentsOf: file).universality
            {
                try analysis.add(summary)
            } else {
                let findings = try summariser.findings(ofGroup: group)
                try DurableFile.replace(file, with: try findings.encoded(), on: context.files)
                if let summary = findings.universality { try analysis.add(summary) }
            }
            context.progress.advance(by: 1)
        }
        return analysis
    }
}
