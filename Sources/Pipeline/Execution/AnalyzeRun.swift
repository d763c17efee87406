import Analysis
import Corpus
import Glibc
import Models
import Statistics
import Storage
import SystemPackage

/// Finds the universal neurons in the statistics of a run, and writes the run's tables.
///
/// Needs neither models nor corpus, only the store and what lies beside the plan. What follows from the reference's weights alone is found
/// where its files are there, and left out where they are not.
public struct AnalyzeRun {
    /// Which statistics are analysed.
    public enum Extent: Sendable {
        /// All that the plan asks for; anything missing is an error.
        case complete
        /// What there is: each block over the shards that it has.
        case incomplete
        /// What every block has, while the run goes on.
        case soFar
    }

    /// The run.
    public let folder: RunFolder
    /// Which statistics are analysed.
    public let extent: Extent
    /// Threads, progress, a way to be stopped.
    public let context: JobContext
    /// Whether to wait while another analysis writes the run's results; otherwise that is an error.
    public let isPatient: Bool
    /// What earlier analyses of the run have found in its models' weights, and this one adds to.
    let knownWeights: KnownWeights
    /// How a fold that goes on meanwhile is waited for.
    var patience = FoldPatience()

    /// An analysis of the run in a folder.
    public init(
        folder: RunFolder, extent: Extent = .complete, isPatient: Bool = false, knownWeights: KnownWeights = KnownWeights(),
        context: JobContext
    ) {
        self.folder = folder
        self.extent = extent
        self.isPatient = isPatient
        self.knownWeights = knownWeights
        self.context = context
    }

    /// Analyses the statistics and writes `correlations.zarr`, `pairs/`, `neurons.csv`, where they apply `groups/`, `features.csv`,
    /// `families/`, `domains.csv`, `cliques.csv` and `steps.csv`, `percentiles.csv`, `activations/`, where the reference's weights are there
    /// `vocabulary/`, `roles.csv`, `roles.npz`, `ensembles.csv`, `antipodes.csv`, `cosines/`, `entropy.csv`, `entropy.npz`,
    /// `attention.csv` and `attention/`, and, last, `summary.json`.
    ///
    /// Where reducers elsewhere have the statistics, what they found in them is merged instead: the results are the same, but for
    /// correlations within layers, which `antipodes.csv` has not then. A `similarity.csv` of fewer tokens is removed.
    ///
    /// - Returns: what was found. As long as it lives, the results are this process's: no other analysis writes them.
    /// - Throws: `PipelineError.incomplete` with what is missing, `.foldGoesOn` where a look so far meets a fold, `.nothingYet` where it comes
    ///   before all statistics, `.corpusChanged`, `.planDamaged` for another feature bank or calibration, `.stopped`; `StorageError.locked`
    ///   while another analysis writes; errors of the store, the analysis and the disk.
    public func run() throws -> AnalysisOutcome {
        if extent == .soFar { try Self.checkIsPlanned(folder) }
        let plan = try RunPlan.read(folder.plan)
        let lock = try ownResults()
        let input = try input(of: plan)
        let former = (try? JSONFile.read(RunSummary.self, from: folder.summary))?.statisticsSHA256
        // The summary says that the results beside it belong together: from here on they change.
        for file in [folder.resultsRecord, folder.summary] { try context.files.remove(file) }
        try context.files.syncFolder(folder.path)
        let found =
            switch input.kind {
            case .statistics: try analyse(input.snapshot, plan: plan) { try take($0, of: plan, in: input.snapshot, lock: lock) }
            case .findings(let findings): try merge(findings, plan: plan) { try take($0, of: plan, in: input.snapshot, lock: lock) }
            }
        let training = try plan.training(in: found.groups)
        let bank = try plan.openFeatures(in: folder)
        let features = bank?.token
        let reference = found.result.reference.id
        if let basis = plan.numbers.basis {
            context.logger.notice(
                "columns are \(basis.columns): what weights say about neurons is left out, and what their pre-activations say")
        }
        let weights = try weights(of: reference, plan: plan, features: features, lock: lock)
        let statistics: StoredStatistics? =
            if case .statistics = input.kind { try plan.statistics(in: input.snapshot, calibrationOf: folder) } else { nil }
        let antipodes = try weights == nil ? nil : antipodes(of: reference, plan: plan, statistics: statistics, lock: lock)
        var summary = RunSummary(
            found.result, domains: found.domains,
            provenance: .init(
                name: plan.configuration.name, kernels: plan.numbers.kernels, statisticsSHA256: found.digest.hex,
                // Products of integers are not rounded again.
                resolutionError: found.roundingError == nil ? found.resolutionError.largest : nil, roundingError: found.roundingError,
                version: ProgramVersion.current, band: plan.numbers.band))
        warn(of: found)
        summary.columns = plan.numbers.basis?.columns.description
        summary.incomplete = input.incompleteness
        summary.cliques = found.groups[0].cliques?.summary
        summary.groups =
            found.groups.count > 1 ? found.groups.dropFirst().map { GroupOfModels($0.result, cliques: $0.cliques?.summary) } : nil
        summary.steps = training?.counts
        summary.roles = try weights?.roleOfNeuron.map {
            try RoleSummary($0, isUniversal: found.result.isUniversal, layers: weights?.layers ?? [])
        }
        try lock.check()
        let moments = try writeActivations(of: found.result.reference, in: input.snapshot, plan: plan, lock: lock)
        summary.moments = moments.map {
            MomentSummary($0.figures, digests: $0.digests + found.groups.dropFirst().flatMap(\.momentDigests))
        }
        summary.antipodes = try antipodes.map {
            try AntipodeSummary($0, isUniversal: found.result.isUniversal, frequencies: moments?.figures.sparsity)
        }
        try writeEntropyAndAttention(
            weights, activationKurtosis: moments?.figures.kurtosis, isUniversal: found.result.isUniversal, plan: plan, lock: lock)
        // A file of each pair, and the tables of groups, of weights, of antipodes and of neurons.
        context.progress.begin(ProgressStage("writing tables", unit: .files, total: found.result.pairs.count + 4))
        defer { context.progress.end() }
        try lock.check()
        try write(found.groups, training: training, names: plan.columnNames)
        context.progress.advance(by: 1)
        try lock.check()
        try writeWeights(weights, features: features, isUniversal: found.result.isUniversal, plan: plan)
        try writePercentiles((weights?.numbers ?? []) + (moments?.figures.numbers ?? []), of: found.result.reference)
        context.progress.advance(by: 1)
        try lock.check()
        try writeAntipodes(antipodes, isUniversal: found.result.isUniversal)
        try removeOlderSimilarity(tokens: found.groups.map(\.result.tokens).min() ?? 0)
        if former != found.digest.hex { try removeFiring() }
        context.progress.advance(by: 1)
        try lock.check()
        try writeFeatureNeurons(of: found, bank: bank, plan: plan)
        try write(found, weights: weights, moments: moments?.figures, names: plan.names(of: found.result.reference), summary: summary)
        context.progress.advance(by: 1)
        var origin: Digest?
        // What reducers elsewhere have is not here to be hashed again.
        if case .statistics = input.kind, input.missing.isEmpty { origin = try keep(found.digest, plan: plan) }
        return AnalysisOutcome(
            plan: plan, folder: folder, result: found.result, domains: found.domains, explanations: found.explanations?.reference,
            otherExplanations: found.explanations?.others ?? [], summary: summary, resolutionError: found.resolutionError,
            snapshot: input.snapshot, missing: input.missing, origin: origin, lock: lock)
    }

    /// Says so where rounding hides what some columns have in common.
    private func warn(of found: Found) {
        let tokens = found.result.tokens
        guard found.roundingError == nil, tokens > 0, found.resolutionError.exceedsNoise(tokens: tokens) else { return }
        let error = found.resolutionError.largest
        context.logger.warning(
            """
            the resolution moves the correlation of the columns that vary least by \(error) (root mean square), more than sampling over \(tokens) \
            tokens does: they vary far less than in the calibration; plan with a finer `resolution` to tell such columns apart
            """)
    }

    /// Takes the results: they are written by one analysis at a time, whoever owns the run.
    func ownResults() throws -> FolderLock {
        try context.files.createFolder(folder.resultsLock)
        var hasSaid = false
        while true {
            do {
                return try FolderLock(folder.resultsLock)
            } catch let error as StorageError {
                guard isPatient, case .locked(_, let holder) = error else { throw error }
                if !hasSaid { context.logger.info("\(folder.path): waiting for the analysis of \(holder)") }
                hasSaid = true
                try context.stop.check()
                // An analysis takes seconds to hours; nobody notices a fifth of a second.
                usleep(200_000)
            }
        }
    }

    /// Writes the neuron that each feature explains best, and the families of the other models' neurons, or removes what an analysis of another
    /// plan has left.
    private func writeFeatureNeurons(of found: Found, bank: FeatureBank?, plan: RunPlan) throws {
        try writeFamilies(found.explanations?.others ?? [], plan: plan)
        guard let explanations = found.explanations, let bank else { return try remove(folder.featureNeurons) }
        let result = found.result
        try FeatureNeuronTable(explanations.reference, vocabularyTokens: bank.vocabularyTokens, others: explanations.others) { neuron in
            result.reference.index(layer: neuron.layer, neuron: neuron.neuron).map { result.isUniversal[$0] } ?? false
        }.write(to: folder.featureNeurons, on: context.files)
    }

    /// Writes a table of families for each model beside the reference.
    private func writeFamilies(_ models: [ModelExplanations], plan: RunPlan) throws {
        let files = Set(models.map { "\($0.model).csv" })
        if Folder.exists(folder.families), try models.isEmpty || !Set(Folder.names(in: folder.families)).isSubset(of: files) {
            try folder.removeFolder(folder.families)
        }
        guard !models.isEmpty else { return }
        try context.files.createFolder(folder.families)
        for model in models {
            let names = plan.names(of: model.explanations.neurons.map { ($0.layer, $0.neuron) })
            try FamilyTable(model.explanations, additions: names).write(to: folder.families(of: model.model), on: context.files)
        }
    }

    private func write(
        _ found: Found, weights: WeightFindings?, moments: PreActivationMoments?,
        names: [(name: String, column: NeuronColumn)], summary: RunSummary
    ) throws {
        let result = found.result
        try writePairs(of: result) { context.progress.advance(by: 1) }
        let additions = (weights?.columns ?? []) + (moments?.columns ?? []) + (found.explanations?.reference.columns ?? []) + names
        try NeuronTable(result, additions: additions).write(to: folder.neurons, on: context.files)
        if let domains = found.domains {
            try DomainTable(domains, isUniversal: result.isUniversal).write(to: folder.domains, on: context.files)
        } else if Folder.holdsFile(folder.domains) {
            try context.files.remove(folder.domains)
        }
        try JSONFile.write(summary, to: folder.summary, on: context.files)
    }
}
