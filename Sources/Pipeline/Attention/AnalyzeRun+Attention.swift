import Analysis
import Models
import Storage

extension AnalyzeRun {
    /// Writes what the reference's weights say about entropy neurons, and about neurons that switch heads; removes what an earlier analysis has
    /// left where there is nothing to say.
    ///
    /// - Parameters:
    ///   - findings: what the weights say about each neuron; nil where they are not to be had.
    ///   - activationKurtosis: of the pre-activations, `[neurons]`, where it was computed.
    ///   - isUniversal: whether each neuron is universal.
    ///   - lock: what the results are owned by; asked before a file is written.
    /// - Throws: `PipelineError.stopped`; errors of the weights and the disk.
    func writeEntropyAndAttention(
        _ findings: WeightFindings?, activationKurtosis: [Double]? = nil, isUniversal: [Bool], plan: RunPlan, lock: FolderLock
    ) throws {
        // Of another plan, or another model, there may be more files.
        if Folder.exists(folder.attentionScores) { try folder.removeFolder(folder.attentionScores) }
        guard let findings, let model = try openedModel(plan.universality.reference, of: plan) else {
            for file in [folder.entropy, folder.nullSpace, folder.attention] { try remove(file) }
            return
        }
        let weights = ProcessedWeights(model)
        let width = findings.layers.first ?? 0
        let stop = context.stop
        let entropy = try EntropyAnalysis(
            weights, findings: findings, activationKurtosis: activationKurtosis, team: context.team, check: { try stop.check() }
        ).run()
        try lock.check()
        if let entropy {
            try EntropyTable(entropy, isUniversal: { isUniversal[$0.index] }).write(to: folder.entropy, on: context.files)
            try EntropyArchive.write(entropy, to: folder.nullSpace, on: context.files)
        } else {
            for file in [folder.entropy, folder.nullSpace] { try remove(file) }
        }
        guard let token = try plan.openCorpus(in: folder).beginningOfRow else {
            context.logger.notice("rows do not begin with one and the same token: which neurons switch heads is left out")
            return try remove(folder.attention)
        }
        try writeAttention(weights, token: Int(token), isUniversal: { isUniversal[$0.pair.layer * width + $0.pair.neuron] }, lock: lock)
    }

    private func writeAttention(
        _ weights: ProcessedWeights, token: Int, isUniversal: @escaping @Sendable (AttentionNeuron) -> Bool, lock: FolderLock
    ) throws {
        let (progress, stop) = (context.progress, context.stop)
        if weights.configuration.rotary != nil {
            context.logger.notice(
                "the reference turns queries by their position: which neurons switch heads is told for queries that are not turned")
        }
        let analysis = AttentionAnalysis(weights, token: token, team: context.team, check: { try stop.check() })
        progress.begin(ProgressStage("reading heads", unit: .blocks, total: analysis.steps))
        defer { progress.end() }
        try context.files.createFolder(folder.attentionScores)
        let found = try analysis.run { scores in
            try lock.check()
            try AttentionArchive.write(
                scores, to: folder.attentionScores.appending(AttentionArchive.name(layer: scores.layer)), on: context.files)
            progress.advance(by: 1)
        }
        try lock.check()
        try AttentionArchive.write(found, to: folder.attentionScores.appending(AttentionArchive.headsName), on: context.files)
        try AttentionTable(found, isUniversal: isUniversal).write(to: folder.attention, on: context.files)
    }
}
