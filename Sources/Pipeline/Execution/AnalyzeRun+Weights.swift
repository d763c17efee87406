import Analysis
import Checkpoints
import Diagnostics
import Models
import Storage
import SystemPackage

extension AnalyzeRun {
    /// What the weights of a group's reference say about its neurons; nil where they are not to be had, or not the plan's, which the log
    /// says, and where the columns are no neurons: everything else is found without them.
    ///
    /// - Parameters:
    ///   - features: of the tokens; nil for the references of other groups than the run's, of which only the table's columns are asked for.
    ///   - lock: what the results are owned by; asked before a file is written.
    /// - Throws: `PipelineError.stopped`; errors of the disk.
    func weights(of id: String, plan: RunPlan, features: FeatureTable? = nil, lock: FolderLock) throws -> WeightFindings? {
        guard plan.numbers.basis == nil else { return nil }
        let isReference = id == plan.universality.reference
        if let known = knownWeights.findings(of: id, in: plan).weights, try !isReference || holdsVocabulary(of: known) { return known }
        guard let model = try openedModel(id, of: plan) else { return nil }
        let (progress, stop) = (context.progress, context.stop)
        let weights = ProcessedWeights(model)
        if !weights.hasUnembedding {
            context.logger.notice("model \(id) has no unembedding: its neurons have no effect on a vocabulary, and no roles")
        }
        let analysis = WeightAnalysis(weights, features: features, team: context.team, check: { try stop.check() })
        guard isReference else {
            let found = try analysis.run()
            knownWeights.keep(of: id, in: plan) { $0.weights = found }
            return found
        }
        progress.begin(ProgressStage("reading weights", unit: .blocks, total: analysis.steps))
        defer { progress.end() }
        try lock.check()
        // Of another plan, or another model, there may be more files.
        if Folder.exists(folder.vocabulary) { try folder.removeFolder(folder.vocabulary) }
        try context.files.createFolder(folder.vocabulary)
        let found = try analysis.run { cosines in
            try lock.check()
            try VocabularyArchive.write(
                cosines, to: folder.vocabulary.appending(VocabularyArchive.name(layer: cosines.layer, cosines.vocabulary)),
                on: context.files)
            progress.advance(by: 1)
        }
        knownWeights.keep(of: id, in: plan) { $0.weights = found }
        return found
    }

    /// Whether the files of all layers that the reference's weights gave are there still.
    private func holdsVocabulary(of findings: WeightFindings) throws -> Bool {
        let matrices: [WeightAnalysis.Vocabulary] = findings.vocabulary == nil ? [.embedding] : WeightAnalysis.Vocabulary.allCases
        return try holds(
            findings.layers.indices.flatMap { layer in matrices.map { VocabularyArchive.name(layer: layer, $0) } }, in: folder.vocabulary)
    }

    /// Whether a folder has these files and no others.
    func holds(_ names: [String], in folder: FilePath) throws -> Bool {
        guard Folder.exists(folder) else { return false }
        return try Set(Folder.names(in: folder)) == Set(names)
    }

    /// The folder of a model, if it is the plan's.
    func openedModel(_ id: String, of plan: RunPlan) throws -> ModelFolder? {
        guard let model = plan.numbers.models.first(where: { $0.id == id }) else { return nil }
        do {
            return try ModelFinder(context: context).open(model, of: plan)
        } catch let error as any DiagnosedError {
            try context.stop.check()
            context.logger.notice("what weights alone say about the neurons of \(id) is left out: \(error.message)")
            return nil
        }
    }

    /// Writes what follows from the reference's weights beside the table of neurons, or removes what an earlier analysis has left.
    func writeWeights(_ findings: WeightFindings?, features: FeatureTable?, isUniversal: [Bool], plan: RunPlan) throws {
        guard let findings else {
            for file in [folder.roles, folder.roleFeatures, folder.ensembles] { try remove(file) }
            if Folder.exists(folder.vocabulary) { try folder.removeFolder(folder.vocabulary) }
            return
        }
        guard findings.roleOfNeuron != nil else {
            for file in [folder.roles, folder.roleFeatures, folder.ensembles] { try remove(file) }
            return
        }
        var text: (@Sendable (Int) -> String)?
        if let tokenizer = try? plan.configuration.corpus.loadTokenizer(in: context.hubCache) {
            text = { tokenizer.knownToken($0) ?? "<\($0)>" }
        }
        let width = findings.layers.first ?? 0
        try RoleTable(
            findings.roles, features: features?.columns ?? [], isUniversal: { isUniversal[$0.layer * width + $0.neuron] }, text: text
        ).write(to: folder.roles, on: context.files)
        if let ensembles = findings.ensembles {
            try EnsembleTable(ensembles) { isUniversal[$0.layer * width + $0.neuron] }.write(to: folder.ensembles, on: context.files)
        } else {
            try remove(folder.ensembles)
        }
        if let features, !features.columns.isEmpty {
            try RoleArchive.write(findings.roles, features: features.columns.count, to: folder.roleFeatures, on: context.files)
        } else {
            try remove(folder.roleFeatures)
        }
    }
}
