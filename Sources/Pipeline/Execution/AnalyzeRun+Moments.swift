import Analysis
import Statistics
import Storage

extension AnalyzeRun {
    /// What the moments of a reference's pre-activations say, with the digests of their sums, layer by layer and stratum by stratum.
    typealias FoundMoments = (figures: PreActivationMoments, digests: [Digest])

    /// The moments of the neurons of a group's reference; nil where the plan keeps none.
    ///
    /// - Parameter take: is given each layer's, those that there are.
    /// - Throws: `PipelineError.stopped`; errors of the statistics; what `take` throws.
    func moments(
        of reference: Analysis.ModelShape, in snapshot: StoreSnapshot, plan: RunPlan,
        take: (_ layer: Int, _ sums: MomentSums) throws -> Void = { _, _ in }
    ) throws -> FoundMoments? {
        guard plan.numbers.moments != nil else { return nil }
        var found: FoundMoments = (PreActivationMoments(), [])
        for (layer, group) in reference.groups.enumerated() {
            try context.stop.check()
            let moments = try snapshot.moments(of: group, strata: plan.numbers.corpus.strata)
            found.figures.append(moments?.sums, neurons: reference.columns[layer])
            found.digests += moments?.digests ?? []
            if let sums = moments?.sums { try take(layer, sums) }
        }
        return found
    }

    /// The moments of the neurons of the run's reference, with `activations/` written on the way, or removed where the plan keeps none.
    ///
    /// - Throws: as `moments`; errors of the disk.
    func writeActivations(
        of reference: Analysis.ModelShape, in snapshot: StoreSnapshot, plan: RunPlan, lock: FolderLock
    ) throws -> FoundMoments? {
        try lock.check()
        // Of another plan there may be more files.
        if Folder.exists(folder.activations) { try folder.removeFolder(folder.activations) }
        guard plan.numbers.moments != nil else { return nil }
        try context.files.createFolder(folder.activations)
        return try moments(of: reference, in: snapshot, plan: plan) { layer, sums in
            let group = reference.groups[layer]
            let tokens = try snapshot.tokens(of: group, strata: plan.numbers.corpus.strata)
            let means = try means(of: group, neurons: sums.columns, in: snapshot, plan: plan)
            try lock.check()
            let path = folder.activations.appending(ActivationArchive.name(layer: layer))
            try ActivationArchive.write(sums, tokens: tokens, means: means, to: path, on: context.files)
        }
    }

    /// The tokens of highest mean activation of a layer's neurons; nil where the plan keeps no sums by token.
    ///
    /// - Throws: `PipelineError.stopped`; errors of the statistics.
    private func means(of group: Int, neurons: Int, in snapshot: StoreSnapshot, plan: RunPlan) throws -> TokenMeans? {
        guard let count = plan.numbers.moments?.means else { return nil }
        var means = TokenMeans(neurons: neurons, count: count)
        let hasAny = try snapshot.forEachTokenStrip(of: group, strata: plan.numbers.corpus.strata) { strip in
            try context.stop.check()
            means.add(strip)
        }
        return hasAny ? means : nil
    }

    /// Writes `percentiles.csv`, or removes what an earlier analysis has left where there are no figures.
    ///
    /// - Throws: errors of the disk.
    func writePercentiles(_ numbers: [(name: String, values: [Double])], of reference: Analysis.ModelShape) throws {
        guard !numbers.isEmpty else { return try remove(folder.percentiles) }
        try PercentileTable(numbers, layers: reference.columns).write(to: folder.percentiles, on: context.files)
    }
}
