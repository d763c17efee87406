import Analysis
import Models
import Statistics

extension RunPlan {
    /// What the universality analysis is asked for.
    var universality: UniversalityConfiguration {
        UniversalityConfiguration(
            reference: configuration.reference.id, others: configuration.models.dropFirst().map(\.id),
            allPairs: configuration.pairs == .all,
            rotations: RotationConfiguration(
                kinds: configuration.rotations.kinds, draws: configuration.rotations.draws, seed: configuration.rotations.seed),
            threshold: configuration.threshold)
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

    /// The blocks of a column group: it is that of their columns.
    public func blocks(ofGroup group: Int, in layout: StatisticsLayout) -> [Block] { layout.blocks.filter { $0.columns == group } }

    /// The sections of a column group.
    public func sections(ofGroup group: Int, in layout: StatisticsLayout) -> [SectionKey] {
        let blocks = blocks(ofGroup: group, in: layout).map(\.index)
        return (0..<numbers.corpus.strata).flatMap { sections(of: blocks, stratum: $0, in: layout) }
    }
}
