import Models
import Statistics

extension RunShape {
    /// The shape of a screened run's pilot.
    ///
    /// - Parameters:
    ///   - tokens: of the pilot.
    ///   - shards: of the pilot.
    ///   - groups: its block groups.
    func pilot(tokens: Int, shards: Int, groups: [[Int]]) -> RunShape {
        RunShape(
            workingSet: workingSet.keeping(nil), blockGroups: groups, passes: groups, tokens: tokens, corpusTokens: corpusTokens,
            shards: shards, strata: strata, replicates: replicates, rotations: rotations, matrices: .none)
    }

    /// The shape of a run of the same budget that follows candidates only.
    ///
    /// - Parameter rule: how many candidates a neuron has at most, and so about how many pairs of columns there are.
    func screened(_ settings: ScreeningSettings) -> RunShape {
        RunShape(
            workingSet: workingSet.keeping(layout.candidates(atMost: settings.rule.limit)), blockGroups: blockGroups, passes: passes,
            tokens: tokens, corpusTokens: corpusTokens, shards: shards, strata: strata, replicates: replicates, rotations: rotations,
            matrices: .none, mostCandidates: settings.rule.limit)
    }
}

extension StatisticsLayout {
    /// For each block as many pairs of columns as it has where every neuron has so many candidates in each other model, spread evenly over its
    /// layers, and no pair stands in both directions; nil for blocks that are kept whole.
    func candidates(atMost limit: Int) -> [Int?] {
        var layers: [[String]: [Int: Int]] = [:]
        func key(_ group: Int, _ source: String) -> [String] { [groups[group].source, source] }
        for block in blocks where !block.isWithin {
            layers[key(block.rows, groups[block.columns].source), default: [:]][block.rows, default: 0] += 1
            layers[key(block.columns, groups[block.rows].source), default: [:]][block.columns, default: 0] += 1
        }
        return blocks.map { block in
            let (rows, columns) = (groups[block.rows], groups[block.columns])
            if columns.source == FeatureBank.sourceID { return nil }
            if block.isWithin { return 0 }
            let ofRow = layers[key(block.rows, columns.source)]?[block.rows] ?? 1
            let ofColumn = layers[key(block.columns, rows.source)]?[block.columns] ?? 1
            return min(entries(of: block), rows.columns * limit / max(1, ofRow) + columns.columns * limit / max(1, ofColumn))
        }
    }
}

extension PlannedRun {
    /// What the pilot of a screened run costs; nil for a run that has none.
    ///
    /// - Throws: `PipelineError.planMissing` where the pilot's folder is gone.
    public func pilotCost(context: JobContext, gigaflops: Double) throws -> PlanCost? {
        guard plan.numbers.screening != nil else { return nil }
        let pilot = try RunPlan.read(folder.pilot.plan)
        let shape = shape(threads: context.team.count)
            .pilot(tokens: pilot.tokens, shards: pilot.shards(of: corpus).count, groups: pilot.blockGroups)
        return PlanCost(of: shape, gigaflops: gigaflops, analysisMemory: context.memory)
    }

    /// What a screened run will cost of which this is the pilot, as far as that is known before its candidates are.
    public func costOfRun(_ configuration: Configuration, context: JobContext, gigaflops: Double) -> PlanCost? {
        guard let settings = configuration.precision.screeningSettings else { return nil }
        var larger = plan
        larger.windows = configuration.windows(
            windowRows: plan.numbers.corpus.windowRows, context: plan.numbers.corpus.context, corpusRows: plan.numbers.corpus.rows)
        let pilot = shape(threads: context.team.count)
        let shape = RunShape(
            workingSet: pilot.workingSet, blockGroups: [pilot.layout.blocks.map(\.index)], passes: [pilot.layout.blocks.map(\.index)],
            tokens: larger.tokens, corpusTokens: pilot.corpusTokens, shards: larger.shards(of: corpus).count, strata: pilot.strata,
            replicates: pilot.replicates, rotations: pilot.rotations, matrices: .none)
        return PlanCost(of: shape.screened(settings), gigaflops: gigaflops, analysisMemory: context.memory)
    }
}
