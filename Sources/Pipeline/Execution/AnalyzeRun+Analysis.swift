import Analysis
import Models
import Statistics
import Storage

extension AnalyzeRun {
    /// What was found, before it is written.
    struct Found {
        /// One for each group of models that are compared among themselves, that of the run's reference first.
        let groups: [GroupOutcome]
        /// Universality by domain, where domains are strata.
        let domains: DomainComparison?
        /// What features say about neurons; nil without any.
        let explanations: RunExplanations?
        let digest: Digest
        let resolutionError: ResolutionError
        let roundingError: RoundingError?

        /// Universality of the run's reference.
        var result: UniversalityResult { groups[0].result }
    }

    /// Analyses statistics; their correlations are written meanwhile.
    ///
    /// - Parameter take: called with the result for each group of models, that of the run's reference last.
    func analyse(
        _ snapshot: StoreSnapshot, plan: RunPlan, take: (UniversalityResult) throws -> GroupOutcome
    ) throws -> Found {
        let layout = plan.layout
        let statistics = try plan.statistics(in: snapshot, calibrationOf: folder)
        let features = try plan.openFeatures(in: folder)
        let (progress, stop) = (context.progress, context.stop)
        var matrices: CorrelationMatrices?
        let groups: [GroupOutcome]
        if let screening = plan.numbers.screening {
            // Of all pairs there are no correlations but the pilot's.
            groups = try screened(statistics, plan: plan, screening, take: take)
        } else {
            matrices = try self.matrices(of: plan, layout)
            let asked = plan.groupUniversality
            let analyses = try asked.map { [matrices] in
                try UniversalityAnalysis(statistics: statistics, configuration: $0, sink: matrices)
            }
            progress.begin(ProgressStage("analysing", unit: .blocks, total: analyses.reduce(0) { $0 + $1.blocks }))
            // That of the run's reference is the last one: its tables of pairs stay in memory.
            groups = try zip(analyses, asked).reversed().map { analysis, configuration in
                try take(
                    analysis.run(
                        team: context.team, memory: try memoryOfGroups(plan, configuration), check: { try stop.check() },
                        progress: { progress.advance(by: 1) }))
            }.reversed()
            progress.end()
        }
        try stop.check()
        let domains = try byDomain(statistics, reference: groups[0].result.reference, plan: plan)
        let explanations = try features.map {
            try RunExplanations(statistics, bank: $0.columns, team: context.team, check: { try stop.check() })
        }
        let digest = try self.digest(of: snapshot, plan: plan)
        try matrices?.finish(of: digest)
        return Found(
            groups: groups, domains: domains, explanations: explanations, digest: digest, resolutionError: try statistics.resolutionError(),
            roundingError: try statistics.roundingError())
    }

    /// The part of what the process may use that is for the column groups at work and the tables; of a screened run for its candidates, and for
    /// the pilot's blocks.
    func memoryOfGroups(_ plan: RunPlan, _ configuration: UniversalityConfiguration) throws -> Int {
        let numbers = plan.numbers
        let (layout, threads) = (plan.layout, context.team.count)
        // Directions have no weights to be read.
        let weights = numbers.models.first { $0.id == configuration.reference && $0.directions == nil }.map {
            WeightMemory(
                layers: $0.layers, neurons: $0.mlpWidth, width: $0.width, vocabulary: $0.vocabulary, features: layout.tokenFeatures,
                threads: threads)
        }
        let footprint = try AnalysisFootprint(
            layout: layout, replicates: numbers.corpus.replicates, shards: plan.windows * numbers.corpus.strataDomains,
            configuration: configuration, settings: numbers.accumulation, weights: weights, threads: threads,
            screened: try plan.screenedFootprint)
        if let memory = context.memory, let excess = footprint.excess(over: memory) {
            context.logger.warning("the analysis takes \(excess); \(memory >> 20) MiB were offered")
        }
        return footprint.bytesOfGroups(within: context.memory)
    }

    /// Merges what was found where the statistics lie.
    func merge(_ findings: RunFindings, plan: RunPlan, take: (UniversalityResult) throws -> GroupOutcome) throws -> Found {
        let (progress, stop) = (context.progress, context.stop)
        progress.begin(ProgressStage("merging", unit: .groups, total: plan.layout.groups.count))
        let (groups, domains, explanations) = try findings.merge(take: take) {
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
        return Found(
            groups: groups, domains: domains, explanations: explanations, digest: findings.digest,
            resolutionError: findings.resolutionError,
            roundingError: findings.roundingError)
    }

    /// Begins the matrices, where the run asks for any; else removes those that there are.
    private func matrices(of plan: RunPlan, _ layout: StatisticsLayout) throws -> CorrelationMatrices? {
        let format = plan.configuration.matrices
        if format == .none, Folder.exists(folder.correlations) { try folder.removeFolder(folder.correlations) }
        return try CorrelationMatrices(folder.correlations, layout: layout, format: format, on: context.files)
    }
}
