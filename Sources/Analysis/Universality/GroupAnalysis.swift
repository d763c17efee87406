import Kernels
import Statistics

/// Summarises one column group: its blocks against the layers of earlier models, and its own within-layer block.
struct GroupAnalysis: Sendable {
    let plan: UniversalityPlan
    let statistics: any BlockStatistics
    let sink: (any CorrelationSink)?
    /// Asked between steps of a second or less, from any thread; what it throws ends the analysis.
    let check: @Sendable () throws -> Void
    /// Called behind each block, from any thread.
    let progress: @Sendable () -> Void

    /// Summarises a group; the threads of the team share its blocks, and the result does not depend on how many there are.
    func summary(of group: Int, team: ThreadTeam) throws -> GroupSummary {
        guard let model = plan.model(ofGroup: group), let own = plan.layout.block(rows: group, columns: group) else {
            throw AnalysisError.foreignSummary(group: "\(group)", reason: "it is no layer of a compared model")
        }
        let baseline = try GroupBaseline(group: group, model: model, plan: plan, statistics: statistics, team: team, check: check)
        let variances = try statistics.moments(of: own, over: plan.design.sets[0]).columns.variance
        var pairs: [PairPart] = []
        var compared: [BlockPart]?
        var poorest = PoorestBlock()
        // Baselines come from it.
        try poorest.add(own, of: statistics, replicates: plan.design.replicates)
        for earlier in plan.earlier(thanGroup: group) {
            let isReference = earlier == plan.reference
            let parts = try blocks(of: earlier, group: group, model: model, baseline: isReference ? baseline : nil, team: team)
            pairs.append(pairPart(parts, earlier: earlier, group: group))
            for part in parts { poorest.add(part.tokens) }
            if isReference { compared = parts }
        }
        guard let compared else { throw AnalysisError.unknownModel(id: plan.reference.id, known: plan.layout.sources) }
        return GroupSummary(
            group: group, name: plan.layout.groups[group].name, columns: plan.layout.groups[group].columns,
            zeroVariance: Self.zeroes(variances, offset: 0), pairs: pairs,
            reference: referencePart(compared, tokens: poorest.tokens))
    }

    /// The group's blocks against a model's layers, in order of the layers; of a layer that is not compared, a part that says nothing.
    private func blocks(
        of earlier: ModelShape, group: Int, model: ModelShape, baseline: GroupBaseline?, team: ThreadTeam
    ) throws -> [BlockPart] {
        let compared = plan.comparedLayers(of: earlier, with: group)
        var parts = earlier.groups.indices.map { BlockPart(withoutLayer: $0, of: earlier, group: group, plan: plan) }
        let found = try team.map(compared.count) { place, _ in
            let part = try BlockPart(
                layer: compared[place], of: earlier, group: group, model: model, baseline: baseline, plan: plan, statistics: statistics,
                sink: sink, check: check)
            progress()
            return part
        }
        for (layer, part) in zip(compared, found) { parts[layer] = part }
        return parts
    }

    private func pairPart(_ parts: [BlockPart], earlier: ModelShape, group: Int) -> PairPart {
        let columns = plan.layout.groups[group].columns
        var table = PartnerTable(neurons: columns, tail: plan.tail(partners: earlier.neurons))
        var sums = [Double](repeating: 0, count: columns * 4)
        var same = [Float](repeating: .nan, count: columns)
        var previous = same
        var next = same
        for part in parts {
            table.merge(part.scan.columns)
            for entry in sums.indices { sums[entry] += part.scan.columnSums[entry] }
            for column in 0..<columns {
                if !part.sameIndex[column].isNaN { same[column] = part.sameIndex[column] }
                if !part.previousIndex[column].isNaN { previous[column] = part.previousIndex[column] }
                if !part.nextIndex[column].isNaN { next[column] = part.nextIndex[column] }
            }
        }
        return PairPart(
            earlier: earlier.id, rows: .concatenating(parts.map(\.scan.rows)), rowSums: parts.flatMap(\.scan.rowSums), columns: table,
            columnSums: sums, sameIndex: same, previousIndex: previous, nextIndex: next, zeroVariance: parts.flatMap(\.zeroVariance))
    }

    private func referencePart(_ parts: [BlockPart], tokens: [Int]) -> ReferencePart {
        let sets = plan.design.sets.count
        let matrices = plan.configuration.rotations.matrices
        var maxima: [Float] = []
        for set in 0..<sets { for part in parts { maxima += part.maxima[set] } }
        var rotated: [Float] = []
        for entry in 0..<matrices * sets { for part in parts { rotated += part.rotatedMaxima[entry] } }
        let hasHalves = parts.allSatisfy { $0.crossfit.count == 2 }
        let crossfit = (0..<(hasHalves ? 2 : 0)).map { way in
            CrossfitChoice(
                chosen: parts.flatMap { $0.crossfit[way].chosen }, partner: parts.flatMap { $0.crossfit[way].partner },
                read: parts.flatMap { $0.crossfit[way].read })
        }
        return ReferencePart(tokens: tokens, maxima: maxima, rotatedMaxima: rotated, crossfit: crossfit)
    }

    /// The indices of variances that are 0, counted from `offset`.
    static func zeroes(_ variances: [Double], offset: Int) -> [Int32] {
        variances.indices.filter { !(variances[$0] > 0) }.map { Int32(truncatingIfNeeded: offset + $0) }
    }
}
