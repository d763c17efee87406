import Checkpoints
import Corpus
import Foundation
import Kernels
import Models
import Statistics
import Storage
import SystemPackage

/// Makes the plan of a run from its configuration, or goes on with the plan that its folder has.
///
/// Packs the corpus, opens and hashes the models, builds the feature bank, calibrates, and cuts the blocks into groups that fit into memory.
public struct PlanBuilder {
    /// What is asked for.
    public private(set) var configuration: Configuration
    /// Where the plan goes.
    public let folder: RunFolder
    /// Threads, progress, a way to be stopped.
    public let context: JobContext
    /// How the work is placed on a cluster; nil for a run in one process.
    public let placement: ClusterPlacement?
    /// What the pilot has found; for the first plan of a screened run.
    let screening: Screening?

    /// A plan of what a configuration asks for, in a folder that exists and that the caller owns.
    public init(
        configuration: Configuration, folder: RunFolder, context: JobContext, placement: ClusterPlacement? = nil,
        screening: Screening? = nil
    ) {
        self.screening = screening
        self.configuration = configuration
        self.folder = folder
        self.context = context
        self.placement = placement
    }

    /// Makes the plan, or reads and updates the one that is there. The folder must exist.
    ///
    /// - Throws: `PipelineError.otherRun` when the folder holds the run of a plan with another identity; `.pilotIncomplete` of a screened run
    ///   that has neither a plan nor candidates; errors of the configuration, the corpus and the models; `PipelineError.stopped`.
    public func prepare() throws -> PlannedRun {
        var pinned = self
        pinned.configuration = try configuration.pinned(in: context.hubCache)
        return try pinned.build()
    }

    private func build() throws -> PlannedRun {
        let existing = folder.hasPlan ? try RunPlan.read(folder.plan) : nil
        if configuration.isScreened, existing == nil, screening == nil { throw PipelineError.pilotIncomplete(folder: folder.path) }
        // Before the corpus is packed, which may take long.
        let folders = try openModels()
        let tokenizer = try configuration.corpus.loadTokenizer(in: context.hubCache)
        let models = configuration.models.compactMap { model in folders[model.id].map { (model, $0.path) } }
        for notice in try TokenizerAgreement(of: models, corpus: tokenizer?.folder).notices { context.logger.warning("\(notice)") }
        let corpus = try pack(tokenizer: tokenizer, existing: existing)
        let mask = try configuration.mask(of: corpus, tokenizer: tokenizer)
        try check(folders, against: corpus)
        // A run that was begun with it goes on.
        if existing == nil { try mask.check(against: folders.values.map(\.configuration)) }
        let isCounted = mask.countedTable(vocabularySize: corpus.vocabularySize)
        let draw = Draw(seed: configuration.corpus.seed, rows: corpus.rowCount)
        let labels = try configuration.corpus.loadLabels(of: corpus, context: context)
        let features = try featureBank(
            corpus: corpus, labels: labels, tokenizer: tokenizer, draw: draw, isCounted: isCounted, folders: folders)
        let draft = try draft(corpus: corpus, labels: labels, mask: mask, folders: folders, features: features, existing: existing)
        let plannedCorpus = draft.corpus
        let windows = budgetWindows(plannedCorpus)
        if let existing {
            let differences = draft.differences(from: existing.numbers)
            guard differences.isEmpty else { throw PipelineError.otherRun(folder: folder.path, differences: differences) }
            return try resume(
                existing, windows: windows, corpus: corpus, labels: try placed(labels?.rows, of: existing), folders: folders,
                features: features)
        }
        return try create(
            draft, windows: windows, corpus: corpus, labels: labels?.rows, draw: draw, isCounted: isCounted, folders: folders,
            features: features)
    }

    // MARK: - Parts

    /// Packs the corpus, or finds it packed. The rows of a run that exists are never replaced: others are packed beside them and compared.
    private func pack(tokenizer: Tokenizer?, existing: RunPlan?) throws -> PackedCorpus {
        let tokenize = TokenizeCorpus(configuration: configuration.corpus, folder: folder.corpus, context: context)
        guard let existing else { return try tokenize.run(tokenizer: tokenizer) }
        if let packed = try tokenize.packed(tokenizer: tokenizer) { return packed }
        defer { try? FileManager.default.removeItem(atPath: folder.otherCorpus.string) }
        let other = try TokenizeCorpus(configuration: configuration.corpus, folder: folder.otherCorpus, context: context)
            .run(tokenizer: tokenizer)
        return other.digest == existing.numbers.corpus.digest ? try existing.openCorpus(in: folder, hashingRows: true) : other
    }

    private func openModels() throws -> [String: ModelFolder] {
        var folders: [String: ModelFolder] = [:]
        for model in configuration.models {
            let path = try model.folder(in: context.hubCache)
            folders[model.id] = try ModelFolder(path)
            if let choice = ModelFolder.choice(in: path) { context.logger.info("model \(model.id): \(choice)") }
        }
        return folders
    }

    private func check(_ folders: [String: ModelFolder], against corpus: PackedCorpus) throws {
        for model in configuration.models {
            guard let folder = folders[model.id] else { throw PipelineError.unknownModel(id: model.id) }
            let shape = Models.ModelShape(folder.configuration)
            guard shape.vocabularySize >= corpus.vocabularySize else {
                if let (row, column, id) = corpus.firstToken(outsideVocabularyOf: shape.vocabularySize) {
                    throw PipelineError.tokenUnknown(
                        corpus: configuration.corpus.path, row: row, column: column, id: Int(id), model: model.id, path: model.path,
                        vocabulary: shape.vocabularySize)
                }
                throw PipelineError.vocabularyTooSmall(
                    model: model.id, path: model.path, vocabulary: shape.vocabularySize, needed: corpus.vocabularySize)
            }
            try model.check(shape, reads: corpus.context)
            _ = try model.projected(shape, on: configuration.columns)
        }
        try configuration.checkSteps(
            configuration.models.compactMap { model in folders[model.id].map { (model, Models.ModelShape($0.configuration)) } })
    }

    private func featureBank(
        corpus: PackedCorpus, labels: LabelFile?, tokenizer: Tokenizer?, draw: Draw, isCounted: [Bool], folders: [String: ModelFolder]
    ) throws -> FeatureBank? {
        guard configuration.features.isEnabled else { return nil }
        let sample = try FeatureSample(of: corpus, labels: labels, draw: draw, isCounted: isCounted, stop: context.stop)
        let bank = try FeatureBank.build(
            of: corpus, sample: sample, labels: labels, tokenizer: tokenizer, reference: folders[configuration.reference.id],
            settings: configuration.features, team: context.team)
        // Where the features are planned: not when a run goes on, nor once more after its pilot.
        if !folder.hasPlan, screening == nil {
            try bank.warnOfTopicsWithoutFeature(in: configuration.features, logger: context.logger)
        }
        try context.stop.check()
        // Rows of one token, all of one domain: there is nothing to tell apart, and no column.
        return bank.columns.isEmpty ? nil : bank
    }

    /// The labels in the run's folder: those that the plan was made with, which are written again where they are missing or damaged.
    private func placed(_ labels: LabelRows?, of plan: RunPlan) throws -> LabelRows? {
        guard let labels else { return nil }
        if let found = try? plan.openLabels(in: folder) { return found }
        try labels.write(to: folder.labels, on: context.files)
        return try plan.openLabels(in: folder)
    }

    private func draft(
        corpus: PackedCorpus, labels: LabelFile?, mask: TokenMask, folders: [String: ModelFolder], features: FeatureBank?,
        existing: RunPlan?
    ) throws -> PlannedNumbers {
        context.logger.info("hashing the models")
        let models = try configuration.models.map { model in
            guard let folder = folders[model.id] else { throw PipelineError.unknownModel(id: model.id) }
            try context.stop.check()
            return PlannedModel(try ModelFacts(id: model.id, folder: folder, team: context.team), basis: configuration.columns)
        }
        let kernels: String
        switch (configuration.kernels, existing) {
        case (.auto, let existing?): kernels = existing.numbers.kernels
        case (.any, _): kernels = KernelChoice.any.rawValue
        case (.auto, nil): kernels = screening?.numbers.kernels ?? OpenBLAS.family?.rawValue ?? KernelChoice.any.rawValue
        case (.haswell, _), (.skylakex, _): kernels = configuration.kernels.rawValue
        }
        let windowRows = windowRows(corpus: corpus, existing: existing)
        return PlannedNumbers(
            models: models,
            corpus: PlannedCorpus(
                digest: corpus.digest, rows: corpus.rowCount, context: corpus.context, vocabulary: corpus.vocabularySize,
                domains: corpus.domains, mask: mask.ids, seed: configuration.corpus.seed,
                windowRows: windowRows, replicates: configuration.replicates,
                separatesDomains: configuration.strata == .domain),
            pairs: configuration.pairs,
            band: configuration.band(layers: models.map(\.layers)),
            screening: configuration.precision.screeningSettings.map {
                PlannedScreening($0, windowTokens: windowRows * corpus.context, replicates: configuration.replicates)
            },
            basis: configuration.columns.map(PlannedBasis.init),
            features: features.map {
                PlannedFeatures(digest: $0.digest, columns: $0.columns.count, models: configuration.features.models.planned)
            },
            labels: labels.map { PlannedLabels(digest: $0.rows.digest, combinations: $0.combinations) },
            accumulation: try accumulation(existing: existing),
            examples: configuration.examples, moments: moments(existing: existing), calibrationTokens: configuration.calibration,
            kernels: kernels)
    }

    /// What is kept besides of the references' neurons. A run that was begun without moments, or whose pilot was, stays without: those of its
    /// first tokens are not to be had any more. Directions have no pre-activations.
    private func moments(existing: RunPlan?) -> MomentSettings? {
        guard configuration.columns == nil else { return nil }
        if let numbers = existing?.numbers ?? screening?.numbers, numbers.moments == nil { return nil }
        return configuration.moments
    }

    /// How cross-products are summed; a run keeps the bits that were chosen for it.
    private func accumulation(existing: RunPlan?) throws -> AccumulationSettings {
        let settings = configuration.accumulation(bits: existing?.numbers.accumulation.bits ?? Int8Gemm.mostBits(on: context.processor))
        if let bits = settings.bits { try Int8Gemm.check(bits, on: context.processor) }
        return settings
    }

    /// Rows of a shard; a run keeps what `auto` has chosen for its first budget.
    private func windowRows(corpus: PackedCorpus, existing: RunPlan?) -> Int {
        if case .automatic = configuration.shard, let numbers = existing?.numbers ?? screening?.numbers { return numbers.corpus.windowRows }
        return configuration.windowRows(context: corpus.context, corpusRows: corpus.rowCount)
    }

    private func budgetWindows(_ corpus: PlannedCorpus) -> Int {
        let available = corpus.rows * corpus.context
        if case .tokens(let count) = configuration.tokens, count > available {
            context.logger.warning("the corpus has \(available) tokens, fewer than the budget of \(count): all of them are used")
        }
        return configuration.windows(windowRows: corpus.windowRows, context: corpus.context, corpusRows: corpus.rows)
    }

    private func workingSet(_ plan: RunPlan, folders: [String: ModelFolder]) -> WorkingSet {
        WorkingSet(
            plan, models: plan.numbers.shapes(of: folders), threads: context.team.count, reducers: placement?.reducers ?? 0)
    }

    /// Cuts the blocks into groups and gives column groups to reducers. A cluster keeps what it began with: its ledger names tasks by
    /// group, and its reducers hold what they were given.
    private func place(_ plan: inout RunPlan, folders: [String: ModelFolder]) throws {
        let workingSet = workingSet(plan, folders: folders)
        guard let placement else {
            plan.blockGroups = try BlockGroupPlanner(workingSet: workingSet).groups(memory: context.memory)
            plan.reducers = nil
            return
        }
        if placement.isKept(by: plan) { return }
        plan.blockGroups = try BlockGroupPlanner(workingSet: workingSet, separatesPairs: true).groups(memory: placement.workerMemory)
        plan.reducers = ReducerPlacement.owners(of: plan.layout, reducers: placement.reducers)
    }

    private func resume(
        _ existing: RunPlan, windows: Int, corpus: PackedCorpus, labels: LabelRows?, folders: [String: ModelFolder],
        features: FeatureBank?
    ) throws -> PlannedRun {
        guard windows >= existing.windows else {
            throw PipelineError.budgetBelowRun(folder: folder.path, planned: existing.tokens, asked: "\(configuration.tokens)")
        }
        reportGrowth(of: existing, to: windows)
        var plan = existing
        plan.configuration = configuration
        plan.windows = windows
        try place(&plan, folders: folders)
        try plan.write(to: folder.plan, on: context.files)
        return try PlannedRun(
            plan: plan, folder: folder, corpus: corpus, labels: labels, folders: folders, features: features,
            directions: try plan.openDirections(in: folder, team: context.team), context: context)
    }

    /// Says what a larger budget keeps of the first one: with shards of another size a fresh run would have other bits.
    private func reportGrowth(of existing: RunPlan, to windows: Int) {
        guard windows > existing.windows else { return }
        var grown = existing
        grown.windows = windows
        context.logger.info("the budget grows from \(existing.tokens) to \(grown.tokens) tokens")
        let corpus = existing.numbers.corpus
        guard case .automatic = configuration.shard else { return }
        let fresh = configuration.windowRows(context: corpus.context, corpusRows: corpus.rows)
        guard fresh != corpus.windowRows else { return }
        context.logger.info(
            """
            shards keep \(corpus.windowTokens) tokens, the size that 'shard: auto' chose for the first budget (for this one alone: \
            \(fresh * corpus.context)): the results are those of a fresh run with 'shard: \(corpus.windowTokens)', to the bit
            """)
    }

    private func create(
        _ draft: PlannedNumbers, windows: Int, corpus: PackedCorpus, labels: LabelRows?, draw: Draw, isCounted: [Bool],
        folders: [String: ModelFolder], features: FeatureBank?
    ) throws -> PlannedRun {
        var numbers = draft
        numbers.screening?.digest = screening?.digest
        var placed = try RunPlan(
            numbers: draft, configuration: configuration, windows: windows, blockGroups: [], candidates: screening?.candidates)
        let layout = placed.layout
        try place(&placed, folders: folders)
        let rows = try calibrationRows(corpus: corpus, labels: labels, draw: draw, isCounted: isCounted)
        let directions = try directions(of: &numbers, over: rows, isCounted: isCounted, folders: folders)
        let loader = SourceLoader(
            folders: folders, features: features, basis: draft.basis?.columns, directions: directions, team: context.team)
        let calibration =
            try screening?.calibration
            ?? calibrate(layout: layout, bits: draft.accumulation.bits, over: rows, isCounted: isCounted, loader: loader)
        try CalibrationFile.write(calibration, layout: layout, to: folder.calibration, on: context.files)
        numbers.calibration = calibration.digest
        if let screening {
            numbers.fingerprint = screening.numbers.fingerprint
        } else if draft.kernels != KernelChoice.any.rawValue {
            numbers.fingerprint = try Fingerprint.digest(
                models: draft.models, corpus: corpus, row: draw.row(at: 0), loader: loader, stop: context.stop)
        }
        try features?.write(to: folder.features, on: context.files)
        try labels?.write(to: folder.labels, on: context.files)
        var plan = try RunPlan(
            numbers: numbers, configuration: configuration, windows: windows, blockGroups: placed.blockGroups,
            candidates: screening?.candidates)
        plan.reducers = placed.reducers
        try plan.write(to: folder.plan, on: context.files)
        return try PlannedRun(
            plan: plan, folder: folder, corpus: corpus, labels: try plan.openLabels(in: folder), folders: folders, features: features,
            directions: directions, hasMadeFingerprint: screening == nil, context: context)
    }
}
