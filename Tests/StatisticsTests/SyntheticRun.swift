import Glibc
import Kernels
import Storage
import SystemPackage

@testable import Statistics

/// A small run over synthetic sources: two models of odd shapes and a binary source.
struct SyntheticRun {
    static let vocabulary = 11
    let context = 7
    /// How far the ids of tokens lie apart.
    let spacing: Int
    let settings: AccumulationSettings
    let examples = ExampleSettings(count: 3, before: 2, after: 1)
    let models: [SyntheticSource]
    let features: SyntheticSource?
    let layout: StatisticsLayout
    let isCounted: [Bool]
    let plan = Digest(of: "a plan of tests")
    /// The pairs of columns that are kept; nil for all.
    var candidates: CandidatePairs?
    /// What is kept besides; nil for nothing.
    var moments: MomentSettings?

    init(
        models: [SyntheticSource] = [SyntheticSource(id: "a", widths: [5, 9]), SyntheticSource(id: "b", widths: [8, 3, 4])],
        features: SyntheticSource? = SyntheticSource(id: "features", widths: [6], isBinary: true), pairing: SourcePairing = .reference,
        settings: AccumulationSettings = AccumulationSettings(chunk: 16, tile: 4, resolutionExponent: -4), masked: [Int] = [3],
        spacing: Int = 1
    ) {
        self.spacing = spacing
        self.models = models
        self.features = features
        self.settings = settings
        layout = StatisticsLayout(models: models.map(\.columnGroups), features: features?.columnGroups ?? [], pairing: pairing)
        isCounted = (0...(Self.vocabulary - 1) * spacing).map { $0 % spacing != 0 || !masked.contains($0 / spacing) }
    }

    var sources: [any ActivationSource] { models + (features.map { [$0] } ?? []) }
    var shape: SectionShape {
        SectionShape(
            layout: layout, settings: settings, examples: examples, moments: moments, context: context, vocabulary: isCounted.count,
            candidates: candidates)
    }

    func rows(_ indices: [Int]) -> ShardRows {
        ShardRows(
            context: context, indices: indices, domains: indices.map { _ in 0 },
            tokens: indices.flatMap { row in (0..<context).map { Int32((row * 7 + $0 * 3) % Self.vocabulary * spacing) } })
    }

    func calibration(over indices: [Int] = Array(0..<6), threads: Int = 1) throws -> Calibration {
        var groups: [Calibration.Group] = []
        var tokens = 0
        for source in sources {
            let result = try CalibrationPass(
                layout: layout, source: source, isCounted: isCounted, tokens: 30, bits: settings.bits, team: ThreadTeam(count: threads)
            ).calibration(over: rows(indices))
            groups += result.groups
            tokens = result.tokens
        }
        return Calibration(groups: groups, tokens: tokens)
    }

    func partial(
        shard: Int, stratum: Int = 0, rows indices: [Int], blocks: [Int]? = nil, threads: Int = 1, calibration: Calibration? = nil,
        worker: String = "tests"
    ) throws -> Partial {
        try ShardComputation(
            layout: layout, settings: settings, calibration: try calibration ?? self.calibration(), examples: examples,
            moments: moments, candidates: candidates, isCounted: isCounted, sources: sources, team: ThreadTeam(count: threads),
            worker: worker
        ).partial(
            of: (blocks ?? layout.blocks.map(\.index)).map { layout.blocks[$0] }, shard: shard, stratum: stratum, rows: rows(indices))
    }

    /// Writes a partial and opens it again.
    func file(_ partial: Partial, at path: FilePath) throws -> PartialReader {
        try PartialWriter(plan: plan, team: ThreadTeam(count: 2)).write(partial.sections, to: path)
        return try PartialReader(path)
    }

    /// The counted (row, position) pairs of some rows, in order.
    func counted(_ indices: [Int]) -> [(row: Int, position: Int)] {
        let rows = rows(indices)
        return indices.enumerated().flatMap { place, row in
            (0..<context).filter { isCounted[Int(rows.tokens[place * context + $0])] }.map { (row, $0) }
        }
    }

    /// z of one column at one place, as the kernels compute it.
    func standardised(_ group: Int, column: Int, at place: (row: Int, position: Int), calibration: Calibration) -> Float {
        let named = layout.groups[group]
        guard let source = (models + (features.map { [$0] } ?? [])).first(where: { $0.id == named.source }) else { return .nan }
        let raw = source.value(row: place.row, position: place.position, layer: named.layer, column: column)
        return (raw - calibration.groups[group].mean[column]) * (1 / calibration.groups[group].scale[column])
    }
}
