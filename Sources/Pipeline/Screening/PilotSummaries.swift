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

    /// Merges what all column groups say; what is not there, or was asked for otherwise, is made again.
    ///
    /// - Returns: one for each group of models that are compared among themselves, that of the run's reference first.
    /// - Throws: `PipelineError.stopped`; errors of the store, the analysis and the disk.
    func analyses() throws -> [PilotAnalysis] {
        var asked = plan
        asked.configuration.rotations = configuration.rotations
        // The candidates' and the report's figures need none.
        asked.configuration.matrices = .none
        let universality = asked.groupUniversality.map { $0.ofPilot(limit: rule.limit) }
        let summariser = try GroupSummariser(
            asked, folder: folder, store: plan.store(at: folder.store), matrices: (folder.correlations, .none), universality: universality,
            context: context)
        let layout = plan.layout
        var analyses = try universality.map {
            try PilotAnalysis(layout: layout, replicates: plan.numbers.corpus.replicates, configuration: $0, rule: rule)
        }
        try context.files.createFolder(folder.summaries)
        context.progress.begin(ProgressStage("analysing the pilot", unit: .groups, total: analyses.reduce(0) { $0 + $1.groups.count }))
        defer { context.progress.end() }
        for index in analyses.indices {
            for group in analyses[index].groups {
                let file = folder.summaries.appending("\(layout.groups[group].name).findings")
                if Folder.holdsFile(file), let header = try? GroupFindings.header(of: file), try summariser.isCurrent(header),
                    let summary = try? GroupFindings(contentsOf: file).universality
                {
                    try analyses[index].add(summary)
                } else {
                    let findings = try summariser.findings(ofGroup: group)
                    try DurableFile.replace(file, with: try findings.encoded(), on: context.files)
                    if let summary = findings.universality { try analyses[index].add(summary) }
                }
                context.progress.advance(by: 1)
            }
        }
        return analyses
    }
}

extension UniversalityConfiguration {
    /// What the pilot of a screened run is asked for: as many partners of each neuron as it can have candidates.
    func ofPilot(limit: Int) -> UniversalityConfiguration {
        var longer = self
        longer.tail = max(longer.tail, limit)
        return longer
    }
}

extension RunPlan {
    /// What the memory of a screened run's analysis depends on; nil for a run of all pairs.
    ///
    /// - Throws: an `AnalysisError` when the analysis does not fit the columns.
    var screenedFootprint: AnalysisFootprint.Screened? {
        get throws {
            guard let candidates, let screening = numbers.screening else { return nil }
            let layout = layout
            return try AnalysisFootprint.Screened(
                kept: layout.blocks.map(candidates.count(of:)), layout: layout, replicates: numbers.corpus.replicates,
                universality: groupUniversality, limit: screening.rule.limit)
        }
    }
}
