import Checkpoints
import Models
import Statistics
import Storage

/// Everything that decides the numbers of a run, and nothing else: what a plan's identity is a hash of.
///
/// Budget, block groups, threads and memory are not here: they may change when a run is resumed or extended.
public struct PlannedNumbers: Hashable, Codable, Sendable {
    /// The models; the first is the reference.
    public let models: [PlannedModel]
    /// The corpus and its draw.
    public let corpus: PlannedCorpus
    /// Which models are compared.
    public let pairs: SourcePairing
    /// How many layers apart layers are compared; nil for all, so that such plans have the identity that they had before there were bands.
    public var band: Int?
    /// Which pairs of columns are followed after a pilot; nil where all are, so that such plans have the identity that they had before.
    public var screening: PlannedScreening?
    /// What the columns of models are projections on; nil where they are neurons, so that such plans have the identity that they had before.
    public var basis: PlannedBasis?
    /// The content hash of the feature bank and its number of columns; nil without features.
    public let features: PlannedFeatures?
    /// A tagger's labels of the corpus; nil without, so that such plans have the identity that they had before there were labels.
    public var labels: PlannedLabels?
    /// Chunk, tile and resolution.
    public let accumulation: AccumulationSettings
    /// The examples kept of each neuron of the reference.
    public let examples: ExampleSettings
    /// What is kept besides of the references' neurons; nil without, so that such plans have the identity that they had before there were
    /// moments.
    public var moments: MomentSettings?
    /// How many counted tokens the calibration looks at, at most.
    public let calibrationTokens: Int
    /// The kernel family, or `any`.
    public let kernels: String
    /// The content hash of the calibration; nil in a draft.
    public var calibration: Digest?
    /// The hash of one row's activations in each model and of one tile, under the plan's kernels; nil in a draft, and for `any`.
    public var fingerprint: Digest?

    /// The shapes of models, by id, with what the columns are projections on.
    ///
    /// - Parameter folders: the opened models, by id.
    func shapes(of folders: [String: ModelFolder]) -> [String: Models.ModelShape] {
        let directions = Dictionary(models.map { ($0.id, $0.directions) }) { first, _ in first }
        return Dictionary(
            uniqueKeysWithValues: folders.map { id, folder in
                (id, Models.ModelShape(folder.configuration).projected(on: directions[id] ?? nil))
            })
    }

    /// Whether moments of pre-activations are kept.
    var hasMoments: Bool { moments != nil }

    /// The plan's identity.
    ///
    /// - Throws: `StorageError` when a value cannot be written as JSON.
    func identity() throws -> Digest { Digest(of: try JSONFile.encode(self, isPretty: false)) }
}
