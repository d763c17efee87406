import Models
import Statistics
import Storage
import SystemPackage

/// A plan: what will be computed, and how it is cut into tasks. `RUN/plan.json`.
public struct RunPlan: Codable, Sendable {
    /// The version of the format.
    public static let currentFormat = 1

    /// The version of the format that the plan was written in.
    public let format: Int
    /// The version of the program that made the plan.
    public let program: String
    /// The hash of `numbers`: partials of plans with the same identity can be merged.
    public let identity: Digest
    /// What decides the numbers.
    public let numbers: PlannedNumbers
    /// The configuration that the plan was made from, for the record; its budget is that of the last run or extension.
    public var configuration: Configuration
    /// How many windows of the draw the budget takes.
    public var windows: Int
    /// Placement: which blocks are computed together.
    public var blockGroups: [[Int]]
    /// Placement: for each column group of the layout the reducer that has it; nil until a cluster has been started with the plan.
    public var reducers: [Int]?
    /// The pairs of columns that a screened run follows, read from the file beside the plan; nil where all are.
    public internal(set) var candidates: CandidatePairs?

    private enum CodingKeys: String, CodingKey { case format, program, identity, numbers, configuration, windows, blockGroups, reducers }

    init(
        numbers: PlannedNumbers, configuration: Configuration, windows: Int, blockGroups: [[Int]], candidates: CandidatePairs? = nil
    ) throws {
        self.candidates = candidates
        format = Self.currentFormat
        program = ProgramVersion.current
        identity = try numbers.identity()
        self.numbers = numbers
        self.configuration = configuration
        self.windows = windows
        self.blockGroups = blockGroups
    }

    /// The identity of the pilot that the run's candidates follow from; nil where it follows all pairs.
    ///
    /// - Throws: what encoding throws.
    public var pilotIdentity: Digest? {
        get throws {
            guard numbers.screening != nil else { return nil }
            var numbers = numbers
            numbers.screening = nil
            return try numbers.identity()
        }
    }

    /// The columns and blocks.
    public var layout: StatisticsLayout {
        StatisticsLayout(
            models: numbers.models.map { ($0.id, $0.layers, $0.columns) }, features: numbers.features?.columns,
            explained: numbers.features?.explained ?? .reference, pairing: numbers.pairs, band: numbers.band.map(LayerBand.init))
    }

    /// The shapes of sections.
    public var shape: SectionShape {
        SectionShape(
            layout: layout, settings: numbers.accumulation, examples: numbers.examples, moments: numbers.moments,
            context: numbers.corpus.context, vocabulary: numbers.corpus.vocabulary, candidates: candidates)
    }

    /// The kinds of sections that the plan's statistics have.
    public var sectionKinds: Set<SectionKey.Kind> {
        var kinds: Set<SectionKey.Kind> = [.block]
        if numbers.examples.count > 0 { kinds.insert(.examples) }
        if let moments = numbers.moments {
            kinds.insert(.moments)
            if moments.maxima > 0 { kinds.insert(.tokens) }
            if moments.keepsMeans { kinds.insert(.means) }
        }
        return kinds
    }

    /// The store of the plan's statistics in a folder.
    public func store(at folder: FilePath) -> StatisticsStore { StatisticsStore(folder: folder, shape: shape, plan: identity) }

    /// The store of the plan's statistics in a run's folder, to be read: also what reducers of the run hold that are at work.
    func store(in folder: RunFolder) -> StatisticsStore {
        StatisticsStore(folder: folder.store, shape: shape, plan: identity, others: folder.reducerStores)
    }

    /// Raw tokens that the budget takes.
    public var tokens: Int { min(windows * numbers.corpus.windowRows, numbers.corpus.rows) * numbers.corpus.context }
}
