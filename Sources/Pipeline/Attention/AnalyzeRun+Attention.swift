import Analysis
import Corpus
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
    ///   - lock: what the results are owned by; asked before a file is written or removed.
    /// - Throws: `PipelineError.stopped`; errors of the weights and the disk.
    func writeEntropyAndAttention(
        _ findings: WeightFindings?, activationKurtosis: [Double]? = nil, isUniversal: [Bool], plan: RunPlan, lock: FolderLock
    ) throws {
        let id = plan.universality.reference
        guard let findings else { return try removeEntropyAndAttention(lock) }
        let (width, stop) = (findings.layers.first ?? 0, context.stop)
        let known = knownWeights.findings(of: id, in: plan)
        var opened: ProcessedWeights?
        func weights() throws -> ProcessedWeights? {
            if opened == nil { opened = try openedModel(id, of: plan).map(ProcessedWeights.init) }
            return opened
        }
        if let figures = try EntropyFigures(findings, activationKurtosis: activationKurtosis) {
            var space = known.nullSpace
            if space == nil { space = try weights().map { try NeuronNullSpace($0, team: context.team, check: { try stop.check() }) } }
            guard let space else { return try removeEntropyAndAttention(lock) }
            knownWeights.keep(of: id, in: plan) { $0.nullSpace = space }
            var frequencies = known.frequencies
            if frequencies == nil, let weights = try weights() { frequencies = try self.frequencies(weights, plan: plan) }
            knownWeights.keep(of: id, in: plan) { $0.frequencies = frequencies }
            let entropy = EntropyFindings(figures, space, frequencies: frequencies)
            try lock.check()
            try EntropyTable(entropy, isUniversal: { isUniversal[$0.index] }).write(to: folder.entropy, on: context.files)
            try EntropyArchive.write(entropy, to: folder.nullSpace, on: context.files)
        } else {
            try lock.check()
            for file in [folder.entropy, folder.nullSpace] { try remove(file) }
        }
        guard let token = try plan.openCorpus(in: folder).beginningOfRow else {
            context.logger.notice("rows do not begin with one and the same token: which neurons switch heads is left out")
            try lock.check()
            try remove(folder.attention)
            return try removeAttentionScores()
        }
        let names = findings.layers.indices.map(AttentionArchive.name(layer:)) + [AttentionArchive.headsName]
        let isThere = try holds(names, in: folder.attentionScores)
        if known.attention?.token != Int(token) || !isThere {
            guard let weights = try weights() else { return try removeEntropyAndAttention(lock) }
            let found = try attention(weights, token: Int(token), lock: lock)
            knownWeights.keep(of: id, in: plan) { $0.attention = found }
        }
        guard let found = knownWeights.findings(of: id, in: plan).attention else { return }
        try lock.check()
        try AttentionTable(found, isUniversal: { isUniversal[$0.pair.layer * width + $0.pair.neuron] })
            .write(to: folder.attention, on: context.files)
    }

    /// How far the neurons move logits along the frequencies of the corpus's tokens.
    private func frequencies(_ weights: ProcessedWeights, plan: RunPlan) throws -> FrequencyAlignment {
        let (stop, corpus) = (context.stop, try plan.openCorpus(in: folder))
        let counts = try corpus.tokenCounts { try stop.check() }
        let unigram = UnigramDistribution(counts: counts, vocabulary: weights.configuration.vocabularySize)
        return try FrequencyAlignment(weights, unigram: unigram, team: context.team, check: { try stop.check() })
    }

    private func removeEntropyAndAttention(_ lock: FolderLock) throws {
        try lock.check()
        for file in [folder.entropy, folder.nullSpace, folder.attention] { try remove(file) }
        try removeAttentionScores()
    }

    private func removeAttentionScores() throws {
        if Folder.exists(folder.attentionScores) { try folder.removeFolder(folder.attentionScores) }
    }

    /// Which heads the neurons turn, and `attention/`.
    private func attention(_ weights: ProcessedWeights, token: Int, lock: FolderLock) throws -> AttentionFindings {
        let (progress, stop) = (context.progress, context.stop)
        if weights.configuration.rotary != nil {
            context.logger.notice(
                "the reference turns queries by their position: which neurons switch heads is told for queries that are not turned")
        }
        let analysis = AttentionAnalysis(weights, token: token, team: context.team, check: { try stop.check() })
        progress.begin(ProgressStage("reading heads", unit: .blocks, total: analysis.steps))
        defer { progress.end() }
        try lock.check()
        // Of another plan, or another model, there may be more files.
        try removeAttentionScores()
        try context.files.createFolder(folder.attentionScores)
        let found = try analysis.run { scores in
            try lock.check()
            try AttentionArchive.write(
                scores, to: folder.attentionScores.appending(AttentionArchive.name(layer: scores.layer)), on: context.files)
            progress.advance(by: 1)
        }
        try lock.check()
        try AttentionArchive.write(found, to: folder.attentionScores.appending(AttentionArchive.headsName), on: context.files)
        return found
    }
}
