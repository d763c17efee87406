import Analysis
import Models
import Statistics

extension RunPlan {
    /// What the universality analysis is asked for.
    var universality: UniversalityConfiguration { groupUniversality[0] }

    /// The same for each group of models that are compared among themselves, that of the run's reference first.
    var groupUniversality: [UniversalityConfiguration] {
        let ids = numbers.models.map(\.id)
        return numbers.pairs.groups(of: ids).map { places in
            var asked = UniversalityConfiguration(
                reference: ids[places[0]], others: places.dropFirst().map { ids[$0] }, allPairs: numbers.pairs.comparesAll,
                rotations: RotationConfiguration(
                    kinds: configuration.rotations.kinds, draws: configuration.rotations.draws, seed: configuration.rotations.seed),
                threshold: configuration.threshold)
            asked.areSignsArbitrary = numbers.basis != nil
            return asked
        }
    }

    /// The domains over whose tokens alone universality is analysed too: those of the corpus where they are strata and several. A screened run
    /// has none: it has no correlations of all pairs.
    var analysedDomains: [String] {
        let corpus = numbers.corpus
        return corpus.separatesDomains && corpus.domains.count > 1 && numbers.screening == nil ? corpus.domains : []
    }

    /// The statistics in a snapshot, as the analysis sees them.
    ///
    /// - Throws: `PipelineError.planDamaged` for another calibration; `StorageError`.
    func statistics(in snapshot: StoreSnapshot, calibrationOf folder: RunFolder) throws -> StoredStatistics {
        StoredStatistics(
            snapshot: snapshot,
            calibration: try CalibrationFile.read(folder.calibration, layout: layout, digest: numbers.calibration),
            replicates: numbers.corpus.replicates, domains: numbers.corpus.strataDomains)
    }

    /// Begins to merge what column groups say about each domain that is analysed.
    ///
    /// - Throws: an `AnalysisError`.
    func domainMergers(_ layout: StatisticsLayout) throws -> [DomainMerger] {
        try analysedDomains.map {
            try DomainMerger(name: $0, layout: layout, replicates: numbers.corpus.replicates, configuration: universality)
        }
    }

    /// The blocks of a column group: it is that of their columns.
    public func blocks(ofGroup group: Int, in layout: StatisticsLayout) -> [Block] { layout.blocks.filter { $0.columns == group } }

    /// The sections of a column group.
    public func sections(ofGroup group: Int, in layout: StatisticsLayout) -> [SectionKey] {
        let blocks = blocks(ofGroup: group, in: layout).map(\.index)
        return (0..<numbers.corpus.strata).flatMap { sections(of: blocks, stratum: $0, in: layout) }
    }
}
