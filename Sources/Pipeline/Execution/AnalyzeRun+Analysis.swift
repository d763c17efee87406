import Analysis
import Models
import Statistics
import Storage

extension AnalyzeRun {
    /// The memory that the analysis may use where nothing else is said: a group of GPT-2 medium on one thread, and half of a small machine.
    static let defaultMemory = 4 << 30

    /// What was found, before it is written.
    struct Found {
        let result: UniversalityResult
        /// Universality by domain, where domains are strata.
        let domains: DomainComparison?
        let explanations: FeatureExplanations?
        let digest: Digest
        let resolutionError: ResolutionError
        let roundingError: RoundingError?
    }

    /// Analyses statistics; their correlations are written meanwhile.
    func analyse(_ snapshot: StoreSnapshot, plan: RunPlan) throws -> Found {
        let layout = plan.layout
        let strata = plan.numbers.corpus.strata
        let statistics = try plan.statistics(in: snapshot, calibrationOf: folder)
        let features = try plan.openFeatures(in: folder)
        let (progress, stop) = (context.progress, context.stop)
        var matrices: CorrelationMatrices?
        let result: UniversalityResult
        if let screening = plan.numbers.screening {
            // Of all pairs there are no correlations but the pilot's.
            result = try screened(statistics, plan: plan, screening)
        } else {
            matrices = try self.matrices(of: plan, layout)
            let analysis = try UniversalityAnalysis(statistics: statistics, configuration: plan.universality, sink: matrices)
            progress.begin(ProgressStage("analysing", unit: .groups, total: analysis.groups.count))
            result = try analysis.run(
                team: context.team, memory: context.memory ?? Self.defaultMemory, check: { try stop.check() },
                progress: { _, _ in progress.advance(by: 1) })
            progress.end()
        }
        try stop.check()
        let domains = try byDomain(statistics, reference: result.reference, plan: plan)
        let explanations = try features.map {
            try FeatureExplanations(statistics: statistics, bank: $0.columns, team: context.team, check: { try stop.check() })
        }
        progress.begin(ProgressStage("hashing", unit: .blocks, total: layout.blocks.count * strata))
        let digest = try snapshot.digest(strata: strata, team: context.team) {
            progress.advance(by: 1)
            try stop.check()
        }
        progress.end()
        try matrices?.finish(of: digest)
        return Found(
            result: result, domains: domains, explanations: explanations, digest: digest, resolutionError: try statistics.resolutionError(),
            roundingError: try statistics.roundingError())
    }

    /// Merges what was found where the statistics lie.
    func merge(_ findings: RunFindings, plan: RunPlan) throws -> Found {
        let (progress, stop) = (context.progress, context.stop)
        progress.begin(ProgressStage("merging", unit: .groups, total: plan.layout.groups.count))
        let (result, explanations) = try findings.merge {
            progress.advance(by: 1)
            try stop.check()
        }
        progress.end()
        if findings.matrices.isSubset(of: [.run]) {
            try matrices(of: plan, plan.layout)?.finish(of: findings.digest)
        } else if !CorrelationMatrices.areComplete(folder.correlations, of: findings.digest) {
            if Folder.exists(folder.correlations) { try folder.removeFolder(folder.correlations) }
            context.logger.notice("the correlation matrices lie with the reducers; `gather` brings them here")
        }
        if plan.numbers.corpus.separatesDomains {
            context.logger.notice(
                "universality by domain needs the statistics here: `gather --statistics` brings them, then `analyze` adds the domains")
        }
        return Found(
            result: result, domains: nil, explanations: explanations, digest: findings.digest, resolutionError: findings.resolutionError,
            roundingError: findings.roundingError)
    }

    /// Begins the matrices, where the run asks for any; else removes those that there are.
    private func matrices(of plan: RunPlan, _ layout: StatisticsLayout) throws -> CorrelationMatrices? {
        let format = plan.configuration.matrices
        if format == .none, Folder.exists(folder.correlations) { try folder.removeFolder(folder.correlations) }
        return try CorrelationMatrices(folder.correlations, layout: layout, format: format, on: context.files)
    }
}
