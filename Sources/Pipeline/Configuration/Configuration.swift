import Statistics

/// What a run shall compute, as its YAML file says it; every value is checked.
///
/// ```swift
/// let configuration = try Configuration.load("configs/demo.yaml")
/// configuration.models.map(\.id)      // ["a", "b", "c", "d", "e"]
/// ```
/// `configs/demo.yaml` shows every key with its meaning. Paths in the file are relative to the file; here they are absolute.
public struct Configuration: Codable, Hashable, Sendable {
    /// Name of the run, shown in its report; the file's name without its ending where the file gives none.
    public var name: String
    /// The text.
    public var corpus: CorpusConfiguration
    /// The budget in raw tokens.
    public var tokens: TokenBudget
    /// At least two models with different ids; the first is the reference. Of models with steps of training the last checkpoints come first.
    public var models: [ModelReference]
    /// Which models are compared.
    public var pairs: SourcePairing = .reference
    /// Which of their layers are compared; nil: all.
    public var layers: LayerSelection?
    /// What is compared of each layer in the place of its neurons; nil: the neurons.
    public var columns: ColumnBasis?
    /// The 0/1 columns that explain neurons.
    public var features = FeatureSettings()
    /// In which form correlation matrices are written.
    public var matrices: MatrixFormat = .float32
    /// How cross-products are computed.
    public var precision: StatisticsPrecision = .exact
    /// Which OpenBLAS kernels compute them.
    public var kernels: KernelChoice = .auto
    /// q, to which a chunk's cross-products are rounded.
    public var resolution: Resolution = .standard
    /// Raw tokens a shard.
    public var shard: ShardSize = .automatic
    /// Groups of shards that the jackknife leaves out one at a time, 2...64.
    public var replicates: Int = 4
    /// What divides the statistics beyond the replicates.
    public var strata: Stratification = .none
    /// The random baseline.
    public var rotations = RotationSettings()
    /// The excess correlation above which a neuron is universal, 0...1.
    public var threshold: Double = 0.5
    /// Counted tokens whose cross-products are computed as one float32 product and rounded once, 16...1,048,576.
    public var chunk: Int = 4_096
    /// Counted tokens at the beginning of the draw that give every column its provisional mean and scale.
    public var calibration: Int = 16_384
    /// The top examples of the reference's neurons.
    public var examples = ExampleSettings()
    /// What is gathered besides of the references' neurons, moments of their pre-activations first; nil for nothing.
    public var moments: MomentSettings? = MomentSettings()
    /// The memory that the process may use; nil: what the machine has free. Changes no result.
    public var memory: MemorySize?
    /// Compute threads, 1...1,024; nil: one a core. Changes no result.
    public var threads: Int?

    /// A configuration with the defaults of every optional key.
    public init(name: String, corpus: CorpusConfiguration, tokens: TokenBudget, models: [ModelReference]) {
        self.name = name
        self.corpus = corpus
        self.tokens = tokens
        self.models = models
    }

    /// The model that the others are compared with.
    public var reference: ModelReference { models[0] }

    /// The configuration with the values that arguments or environment set in place of the file's.
    public func applying(_ overrides: ConfigurationOverrides) -> Configuration {
        var changed = self
        changed.tokens = overrides.tokens ?? tokens
        changed.threads = overrides.threads ?? threads
        changed.memory = overrides.memory ?? memory
        return changed
    }
}
