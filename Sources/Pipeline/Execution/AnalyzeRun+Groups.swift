import Analysis
import Statistics
import Storage
import SystemPackage

extension AnalyzeRun {
    /// Takes the result for a group of models: finds its cliques, and of a group beside the reference's writes the tables, so that the
    /// summaries of its pairs need not stay in memory until the last group is done.
    ///
    /// - Parameters:
    ///   - snapshot: has the moments of the group's reference.
    ///   - lock: what the results are owned by.
    /// - Throws: `PipelineError.stopped`; errors of the statistics and the disk.
    func take(_ result: UniversalityResult, of plan: RunPlan, in snapshot: StoreSnapshot, lock: FolderLock) throws -> GroupOutcome {
        let stop = context.stop
        let cliques = try CliqueFinding(result, check: { try stop.check() })
        guard result.reference.id != plan.universality.reference else { return GroupOutcome(result: result, cliques: cliques) }
        try lock.check()
        try writePairs(of: result)
        try context.files.createFolder(folder.groups)
        let weights = try weights(of: result.reference.id, plan: plan, lock: lock)
        let moments = try moments(of: result.reference, in: snapshot, plan: plan)
        try NeuronTable(result, additions: (weights?.columns ?? []) + (moments?.figures.columns ?? []) + plan.names(of: result.reference))
            .write(
                to: folder.neurons(ofGroup: result.reference.id), on: context.files)
        var result = result
        result.pairs = []
        return GroupOutcome(result: result, cliques: cliques, momentDigests: moments?.digests ?? [])
    }

    /// Writes the summaries of the pairs of a result.
    ///
    /// - Parameter written: called after each.
    func writePairs(of result: UniversalityResult, written: () -> Void = {}) throws {
        try context.files.createFolder(folder.pairs)
        for pair in result.pairs {
            try PairArchive.write(pair, of: result, to: folder.pair(pair.earlier.id, pair.later.id), on: context.files)
            written()
        }
    }

    /// Writes `cliques.csv` and `steps.csv` where there is something to say, and removes what an analysis of another plan has left.
    func write(_ groups: [GroupOutcome], training: TrainingSteps?, names: ColumnNames) throws {
        let cliques = groups.compactMap(\.cliques)
        if cliques.isEmpty {
            try remove(folder.cliques)
        } else {
            try CliqueTable(cliques, name: names.name).write(to: folder.cliques, on: context.files)
        }
        if let training {
            try StepTable(training).write(to: folder.steps, on: context.files)
        } else {
            try remove(folder.steps)
        }
        if groups.count == 1, Folder.exists(folder.groups) { try folder.removeFolder(folder.groups) }
    }

    /// Removes a file if it is there.
    func remove(_ file: FilePath) throws {
        if Folder.holdsFile(file) { try context.files.remove(file) }
    }
}

extension RunPlan {
    /// What columns that are no neurons are called, as a column of the table; none for neurons.
    func names(of reference: Analysis.ModelShape) -> [(name: String, column: NeuronColumn)] {
        names(of: (0..<reference.neurons).map { reference.position(of: $0) })
    }

    /// The same for columns by their places, in the table's order.
    func names(of places: [(layer: Int, neuron: Int)]) -> [(name: String, column: NeuronColumn)] {
        guard let basis = numbers.basis?.columns else { return [] }
        return [("name", .texts(places.map { basis.name(layer: $0.layer, column: $0.neuron) }))]
    }

    /// When the reference's neurons became universal, from the results for its checkpoints; nil for models without steps.
    ///
    /// - Throws: `AnalysisError.sizeMismatch` where checkpoints have different layers.
    func training(in groups: [GroupOutcome]) throws -> TrainingSteps? {
        let references = Dictionary(configuration.models.map { ($0.id, $0) }) { first, _ in first }
        let steps = groups.compactMap { group -> (step: Int, result: UniversalityResult)? in
            guard let model = references[group.result.reference.id], model.name == configuration.reference.name, let step = model.step
            else { return nil }
            return (step, group.result)
        }
        return try TrainingSteps(steps.sorted { $0.step < $1.step })
    }
}
