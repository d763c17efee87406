import Analysis
import Storage
import SystemPackage

/// Writes a run's results in the layout of the paper's authors, for notebooks that were written for theirs:
///
/// ```
/// dataframes/neuron_dfs/a.csv                                       the 22 columns, one row a neuron; a name where it is a direction
/// dataframes/interpretable_neurons/a/universal.csv                  the universal ones, with excess_corr
/// correlation_results/a+b/DATASET/pearson.none/correlation_summary.npz      each neuron of a against all of b
/// correlation_results/a+b/DATASET/pearson.none/correlation_summary_T.npz    each neuron of b against all of a
/// correlation_results/a+b/DATASET/pearson.rotation/correlation_summary.npz  max_corr: the mean over rotations of the best correlation
/// explanations/a/DATASET/layer_0.csv                                one row a neuron of a, one column a feature: their correlation
/// ```
///
/// There is a folder of summaries for each pair that the run has compared, and with groups of models tables of each group's reference. Names and
/// shapes of the summaries' arrays are the authors', who keep them as `.pt` and in float16; here correlations are float32. Explanations are
/// made of the run's statistics, and are left out where it has no features, or where those are not in its folder (``AuthorsExplanations``).
/// Beside `dataframes/` stands ``ExportNote``, which says what the tables are the results of, and what those of an incomplete run do without.
public struct AuthorsExport: Sendable {
    /// The run.
    public let folder: RunFolder
    /// Where the layout begins.
    public let output: FilePath
    /// What models are called there, by id; others keep their id.
    public let names: [String: String]
    /// What the corpus is called there; nil for the run's name.
    public let dataset: String?

    /// An export of the run in a folder.
    public init(folder: RunFolder, output: FilePath, names: [String: String] = [:], dataset: String? = nil) {
        self.folder = folder
        self.output = output
        self.names = names
        self.dataset = dataset
    }

    /// What was written.
    public struct Outcome: Codable, Sendable {
        /// Where the layout begins.
        public let output: String
        /// The files, below that folder.
        public let files: [String]
        /// What the results do without, as in the file; nil for complete ones.
        public let incomplete: Incompleteness?
        /// What is not written, and why, for people.
        public let notes: [String]
    }

    /// Writes the files, each in one step, in the place of any of the same names.
    ///
    /// - Throws: `PipelineError.planMissing`, `.resultsMissing`, `.resultsChanged`; `.noSuchModel` for a name of a model that the run does not
    ///   have, `.invalidQuantity` for one that two models would have; errors of the statistics and the files.
    public func run(on files: some FileLayer = LocalFiles()) throws -> Outcome {
        let results = try RunResults(folder)
        let groups = results.summary.modelGroups
        let models = groups.joined()
        if let id = names.keys.sorted().first(where: { !models.contains($0) }) {
            throw PipelineError.noSuchModel(model: id, folder: folder.path, models: Array(models))
        }
        if let twice = Dictionary(grouping: models, by: name(of:)).filter({ $0.value.count > 1 }).keys.min() {
            throw PipelineError.invalidQuantity(
                value: twice, reason: "would be the name of two models", expected: "each model a name of its own")
        }
        var written: [String] = []
        func place(_ path: String) throws -> FilePath {
            let file = output.pushing(FilePath(path))
            try files.createFolder(file.removingLastComponent())
            written.append(path)
            return file
        }
        let plan = try RunPlan.read(folder.plan)
        let origins = origins(of: results, plan: plan)
        // What refuses them does so before anything is written.
        let explanations = try AuthorsExplanations(of: results, plan: plan)
        let (note, path) = (ExportNote(in: output), try place(ExportNote.fileName))
        let before = note.whileReplacing(by: origins)
        if before != note { try JSONFile.write(before, to: path, on: files) }
        for id in groups.compactMap(\.first) {
            let (reference, tables) = (name(of: id), AuthorsTables(try results.table(of: id)))
            try DurableFile.replace(place("dataframes/neuron_dfs/\(reference).csv"), with: tables.neurons, on: files)
            try DurableFile.replace(place("dataframes/interpretable_neurons/\(reference)/universal.csv"), with: tables.universal, on: files)
        }
        let dataset = component(self.dataset ?? results.summary.name)
        let neurons = Dictionary(plan.numbers.models.map { ($0.id, $0.layers * $0.columns) }) { first, _ in first }
        for (earlier, later) in results.pairs {
            let summary = try AuthorsSummary(folder.pair(earlier, later), earlier: earlier, later: later, neurons: neurons)
            let parent = "correlation_results/\(name(of: earlier))+\(name(of: later))/\(dataset)"
            try NumpyArchive.write(place("\(parent)/pearson.none/correlation_summary.npz"), summary.forward, on: files)
            try NumpyArchive.write(place("\(parent)/pearson.none/correlation_summary_T.npz"), summary.backward, on: files)
            if let baseline = summary.baseline {
                try NumpyArchive.write(place("\(parent)/pearson.rotation/correlation_summary.npz"), [baseline], on: files)
            }
        }
        for id in groups.compactMap(\.first) {
            let parent = "explanations/\(name(of: id))/\(dataset)"
            func path(_ layer: Int) -> String { "\(parent)/layer_\(layer).csv" }
            try explanations.write(of: id, names: plan.columnNames, on: files) { try place(path($0)) }
            // Those of an earlier export would be taken for explanations of these tables.
            for layer in 0..<(plan.numbers.models.first { $0.id == id }?.layers ?? 0) where !written.contains(path(layer)) {
                let old = output.pushing(FilePath(path(layer)))
                if Folder.holdsFile(old) { try files.remove(old) }
            }
        }
        try results.checkUnchanged()
        let after = before.merged(with: origins)
        if after != before { try JSONFile.write(after, to: path, on: files) }
        let notes = if case .absent(let reason) = explanations { [reason] } else { [String]() }
        return Outcome(output: output.string, files: written, incomplete: results.summary.incomplete, notes: notes)
    }

    /// What each reference's tables are of, by what it is called.
    private func origins(of results: RunResults, plan: RunPlan) -> [String: ResultsOrigin] {
        let summary = results.summary
        let references = summary.modelGroups.compactMap(\.first)
        let origins = plan.numbers.models.filter { references.contains($0.id) }.map { model in
            (name(of: model.id), ResultsOrigin(summary, of: plan, reference: model))
        }
        return Dictionary(origins) { first, _ in first }
    }

    private func name(of model: String) -> String { component(names[model] ?? model) }

    /// A name as one component of a path.
    private func component(_ name: String) -> String {
        let plain = name.replacing("/", with: "_")
        return [".", "..", ""].contains(plain) ? "_" : plain
    }
}
