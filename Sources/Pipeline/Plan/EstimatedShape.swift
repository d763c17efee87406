import Checkpoints
import Corpus
import Models
import Statistics

/// What is known of a run before its corpus is packed and its weights are read: `config.json`, the configuration, and assumptions.
struct EstimatedShape {
    /// The models' shapes, in the configuration's order.
    let models: [(reference: ModelReference, shape: Models.ModelShape)]
    /// Tokens of a row.
    let context: Int
    /// Rows of a window of the draw.
    let windowRows: Int
    /// Columns of the feature bank; 0 without one.
    let features: Int
    /// What was taken for granted, for people.
    let assumptions: [String]
    /// What the cost follows from; all blocks are one group.
    let run: RunShape
    /// The pilot of a screened run, of which `run` is the rest; all blocks are one group.
    let pilot: RunShape?
    /// The same run with all pairs of neurons; `run` itself where it is not screened.
    let exact: RunShape

    /// The feature bank over a tokenizer of GPT-2's size: 589 columns were counted over the demo's text under GPT-2's vocabulary, and a
    /// corpus of more domains has a column for each.
    static let tokenizerFeatures = 600
    /// What spaCy's English pipelines have of labels, less those that are the same in all places.
    static let labelFeatures = 120

    /// Reads each model's `config.json`, and how many rows an array of token ids has; nothing else is opened.
    ///
    /// - Parameter threads: compute threads of a worker.
    /// - Throws: `CheckpointError` where a `config.json` is missing or wrong; `PipelineError.contextTooLong`, `.budgetUnknown`.
    init(_ configuration: Configuration, threads: Int, hubCache: HubCache = .ofUser) throws {
        var assumptions: [String] = []
        let models = try configuration.models.map { model in
            let folder = try model.folder(in: hubCache, content: .configuration)
            let shape = Models.ModelShape(try ModelFolder.configuration(of: folder))
            return (model, try model.projected(shape, on: configuration.columns))
        }
        let corpus = configuration.corpus
        let array = corpus.isTokenArray ? Self.shape(ofRows: corpus) : nil
        let context: Int
        if let known = corpus.context ?? array?[1] {
            context = known
        } else {
            context = models.map(\.1.positions).min() ?? 1
            assumptions.append("rows are as long as the models read, \(context) tokens")
        }
        for (reference, shape) in models { try reference.check(shape, reads: context) }
        try configuration.checkSteps(models.map { ($0.0, $0.1) })
        let corpusRows: Int
        switch (array, configuration.tokens) {
        case (let array?, _): corpusRows = array[0]
        case (nil, .all): throw PipelineError.budgetUnknown(corpus: corpus.path)
        case (nil, .tokens(let count)):
            assumptions.append("the corpus has as many tokens as the budget asks for")
            // Beyond any budget: its last window is a whole one.
            corpusRows = (count + context - 1) / context
        }
        let windowRows = configuration.windowRows(context: context, corpusRows: corpusRows)
        let windows = configuration.windows(windowRows: windowRows, context: context, corpusRows: corpusRows)
        let rows = array == nil ? windows * windowRows : min(windows * windowRows, corpusRows)
        var features = 0
        if configuration.features.isEnabled {
            features = corpus.tokenizer == nil ? PositionBand.bands(context: context).count : Self.tokenizerFeatures
            features += corpus.labels == nil ? 0 : Self.labelFeatures
            assumptions.append("the feature bank has \(features) columns")
        }
        if configuration.strata == .domain {
            assumptions.append(
                "the corpus has one domain: for others the store and what is sent grow up to as many times, and the analysis too")
        }
        let correlation = "neurons correlate by \(StoredSizes.typicalCorrelation), root mean square"
        assumptions.append("\(correlation): what is sent and stored grows with it")
        if case .int8 = configuration.precision {
            assumptions.append(
                "a neuron's largest activation of the calibration is \(StoredSizes.typicalReach) standard deviations from its mean: "
                    + "what is sent and stored shrinks with it")
        }
        let layout = StatisticsLayout(
            models: models.map { ($0.id, $1.layers, $1.columns) }, features: features > 0 ? features : nil,
            explained: configuration.features.models, pairing: configuration.pairs,
            band: configuration.band(layers: models.map(\.1.layers)).map(LayerBand.init))
        let workingSet = WorkingSet(
            layout: layout, models: Dictionary(uniqueKeysWithValues: models.map { ($0.id, $1) }),
            settings: configuration.accumulation(bits: .seven),
            examples: configuration.examples, moments: configuration.moments, context: context,
            vocabulary: models.map(\.1.vocabularySize).max() ?? 0,
            shardTokens: windowRows * context, hasLabels: corpus.labels != nil, threads: threads, reducers: 1)
        self.models = models.map { (reference: $0, shape: $1) }
        self.context = context
        self.windowRows = windowRows
        self.features = features
        if let settings = configuration.precision.screeningSettings, settings.candidates == nil {
            assumptions.append("every neuron has as many candidates as it can have, \(settings.rule.limit) in each other model")
        }
        self.assumptions = assumptions
        let all = [layout.blocks.map(\.index)]
        let exact = RunShape(
            workingSet: workingSet, blockGroups: all, passes: all, tokens: rows * context, corpusTokens: corpusRows * context,
            shards: windows, strata: configuration.replicates, replicates: configuration.replicates, rotations: configuration.rotations,
            matrices: configuration.matrices)
        self.exact = exact
        guard let settings = configuration.precision.screeningSettings else {
            run = exact
            pilot = nil
            return
        }
        let pilotWindows = settings.pilotWindows(windowTokens: windowRows * context, replicates: configuration.replicates)
        guard pilotWindows <= windows else {
            throw PipelineError.pilotAboveBudget(pilot: pilotWindows * windowRows * context, budget: windows * windowRows * context)
        }
        pilot = exact.pilot(tokens: pilotWindows * windowRows * context, shards: pilotWindows, groups: all)
        run = exact.screened(settings)
    }
    /// Rows and tokens of a row of an array of token ids; nil where it is not there or is none.
    private static func shape(ofRows corpus: CorpusConfiguration) -> [Int]? {
        guard let shape = try? corpus.source().tokenShape(), shape.count == 2, shape.allSatisfy({ $0 > 0 }) else { return nil }
        return shape
    }
}
