import Analysis
import Models
import Statistics
import Storage

extension AnalyzeRun {
    /// Looks at all pairs of the reference's neurons by their weights, and writes `cosines/`; nil where these are not to be had.
    ///
    /// - Parameters:
    ///   - statistics: what the run has counted; nil where reducers elsewhere have it.
    ///   - lock: what the results are owned by; asked before a file is written.
    /// - Throws: `PipelineError.stopped`; errors of the store and the disk.
    func antipodes(of id: String, plan: RunPlan, statistics: StoredStatistics?, lock: FolderLock) throws -> AntipodeFindings? {
        guard var findings = try neighbours(of: id, plan: plan, lock: lock) else { return nil }
        let stop = context.stop
        if let statistics, let blocks = try withinLayers(of: id, statistics),
            !blocks.contains(where: { statistics.candidates(of: $0) != nil })
        {
            try findings.addCorrelations { layer, correlations in
                try stop.check()
                try statistics.correlations(of: blocks[layer], over: .all(statistics.replicates), into: correlations)
            }
        }
        return findings
    }

    /// All pairs of the reference's neurons by their weights alone, and `cosines/`.
    private func neighbours(of id: String, plan: RunPlan, lock: FolderLock) throws -> AntipodeFindings? {
        let names = (0..<plan.layout.groups(of: id).count).map(NeighbourArchive.name(layer:))
        if let known = knownWeights.findings(of: id, in: plan).antipodes, try holds(names, in: folder.cosines) { return known }
        guard let model = try openedModel(id, of: plan) else { return nil }
        let (progress, stop) = (context.progress, context.stop)
        let analysis = AntipodeAnalysis(
            ProcessedWeights(model), memory: AntipodeAnalysis.memory(of: context.memory ?? AnalysisFootprint.defaultMemory),
            team: context.team, check: { try stop.check() })
        progress.begin(ProgressStage("comparing weights", unit: .blocks, total: analysis.steps))
        defer { progress.end() }
        try lock.check()
        // Of another plan, or another model, there may be more files.
        if Folder.exists(folder.cosines) { try folder.removeFolder(folder.cosines) }
        try context.files.createFolder(folder.cosines)
        let findings = try analysis.run { layer, neighbours in
            try lock.check()
            try NeighbourArchive.write(
                neighbours, to: folder.cosines.appending(NeighbourArchive.name(layer: layer)), on: context.files)
            progress.advance(by: 1)
        }
        knownWeights.keep(of: id, in: plan) { $0.antipodes = findings }
        return findings
    }

    /// Writes the reference's neurons with their antipodes and duplicates, or removes what an earlier analysis has left.
    func writeAntipodes(_ findings: AntipodeFindings?, isUniversal: [Bool]) throws {
        guard let findings else {
            try remove(folder.antipodes)
            if Folder.exists(folder.cosines) { try folder.removeFolder(folder.cosines) }
            return
        }
        try AntipodeTable(findings, isUniversal: isUniversal).write(to: folder.antipodes, on: context.files)
    }

    /// The blocks of a model's layers against themselves, in order; nil where one has no tokens.
    private func withinLayers(of id: String, _ statistics: StoredStatistics) throws -> [Block]? {
        let layout = statistics.layout
        let blocks = layout.groups(of: id).compactMap { layout.block(rows: $0, columns: $0) }
        guard blocks.count == layout.groups(of: id).count else { return nil }
        return try blocks.allSatisfy { try statistics.tokens(of: $0, over: .all(statistics.replicates)) > 0 } ? blocks : nil
    }
}
