import Analysis
import Corpus
import Models
import Statistics
import Storage
import SystemPackage

/// Writes what an explainer, such as a language model, needs to say what neurons of the reference respond to, and to be scored.
///
///     let written = try WritePrompts(folder: folder, neurons: .universal, context: context).run(to: "prompts.jsonl")
public struct WritePrompts {
    /// The examples of a neuron that an explainer is shown, and the windows that are held out, unless somebody asks for others.
    public static let defaultExamples = 10, defaultHeldOut = 5
    /// The most neurons that a number may be asked for of: what is held out of all prompts of a run is one file.
    public static let mostNeurons = 10_000
    /// Tokens of windows whose activations are in memory together; of more neurons the rows are computed again. 64 MiB, and a default prompt
    /// has some hundreds.
    static let usualBatch = 16 << 20

    /// The run.
    public let folder: RunFolder
    /// Which neurons.
    public let neurons: NeuronChoice
    /// How many examples are shown of each at most.
    public let examples: Int
    /// How many windows are held out of each.
    public let heldOut: Int
    /// Threads, progress, a way to be stopped.
    public let context: JobContext
    /// Tokens of windows whose activations are in memory together, or those of one neuron.
    var batch = usualBatch

    /// A job for some neurons of the run in a folder.
    public init(
        folder: RunFolder, neurons: NeuronChoice = .universal, examples: Int = defaultExamples, heldOut: Int = defaultHeldOut,
        context: JobContext
    ) {
        self.folder = folder
        self.neurons = neurons
        self.examples = examples
        self.heldOut = heldOut
        self.context = context
    }

    /// Writes a line of JSON for each neuron, and keeps in the run's folder what the held-out windows really are.
    ///
    /// Neurons that are never active have no prompt.
    ///
    /// - Throws: `PipelineError.columnsNotNeurons`, `.noSuchNeuron`, `.nothingToExplain`, `.resultsMissing`, `.modelNotReachable`, `.modelChanged`,
    ///   `.corpusChanged`, `.stopped`; a `StorageError` of the disk, `.locked` while another process writes prompts of the run.
    public func run(to output: FilePath) throws -> WrittenPrompts {
        let plan = try RunPlan.read(folder.plan)
        try plan.checkNeurons(for: "explanations", in: folder)
        let places = try neurons.neurons(of: plan, in: folder)
        guard plan.numbers.examples.count > 0 else {
            throw PipelineError.nothingToExplain(
                folder: folder.path, reason: "the run keeps no examples of its neurons",
                remedy: "run again in a new folder, with `examples: {count: 10}` in the configuration")
        }
        try DurableFile.check(output, on: context.files)
        let tokenizer = try plan.openTokenizer(in: folder, hubCache: context.hubCache)
        let corpus = try plan.openCorpus(in: folder, hashingRows: true)
        let choices = try choices(of: places, plan: plan, corpus: corpus)
        guard let highest = choices.map(\.neuron.layer).max() else {
            throw PipelineError.nothingToExplain(
                folder: folder.path, reason: "there is no example of any of these neurons",
                remedy: "choose others, or compute more of the run first")
        }
        let reference = plan.numbers.models[0]
        let model = try TransformerModel(
            id: reference.id, folder: try ModelFinder(context: context).open(reference, of: plan), throughLayer: highest,
            team: context.team)
        let activations = WindowActivations(model: model, corpus: corpus, context: context)
        // Of an unreadable summary nothing is known.
        let summary = try? JSONFile.read(RunSummary.self, from: folder.summary)
        let prompts = PromptText(
            plan: plan, statistics: summary?.statisticsSHA256, incompleteness: summary?.incomplete, corpus: corpus, tokenizer: tokenizer)
        try DurableFile.replace(output, on: context.files) { file in
            var heldOut: [(name: String, prompt: HeldOutKey.Prompt)] = []
            for batch in batches(of: choices) {
                let values = try activations.values(
                    of: batch.flatMap { choice in
                        choice.windows.all.map { WindowActivations.Request(neuron: choice.neuron, window: $0) }
                    })
                var first = 0
                for choice in batch {
                    try context.stop.check()
                    let own = values[first..<first + choice.windows.all.count]
                    first = own.endIndex
                    let prompt = prompts.prompt(of: choice, activations: own)
                    try file.write(JSONFile.encode(prompt, for: output, isPretty: false, keys: .convertToSnakeCase))
                    heldOut.append((prompts.name(of: choice), prompts.heldOut(of: choice, activations: own)))
                }
            }
            // Before the file of prompts is there, of which none must be without it.
            try keep(heldOut, of: plan)
        }
        let prompted = Set(choices.map(\.neuron))
        return WrittenPrompts(
            file: output.string, neurons: choices.count, examples: choices.reduce(0) { $0 + $1.windows.shown.count },
            heldOut: choices.reduce(0) { $0 + $1.windows.heldOut.count }, rows: Set(choices.lazy.flatMap(\.windows.all).map(\.row)).count,
            withoutExamples: places.filter { !prompted.contains($0) }.map(\.description),
            hasText: tokenizer != nil, incomplete: summary?.incomplete)
    }

    /// The windows of each neuron that has an example, in the order of the neurons.
    private func choices(of places: [NeuronPlace], plan: RunPlan, corpus: PackedCorpus) throws -> [PromptText.Choice] {
        let strata = plan.numbers.corpus.strata
        let snapshot = try StoreSnapshot(of: plan.store(in: folder), strata: strata)
        let groups = plan.layout.groups(of: plan.numbers.models[0].id)
        var found: [NeuronPlace: WindowChoice] = [:]
        // Of one layer at a time: the examples of all of them may be gigabytes.
        for (layer, places) in Dictionary(grouping: places, by: \.layer).sorted(by: { $0.key < $1.key }) {
            try context.stop.check()
            guard let list = try snapshot.examples(of: groups[layer], strata: strata) else { continue }
            for place in places {
                let choice = WindowChoice(
                    of: place, examples: list.examples(of: place.neuron), settings: plan.numbers.examples, shown: examples,
                    heldOut: heldOut, rows: corpus.rowCount, context: corpus.context, seed: plan.numbers.corpus.seed)
                if !choice.shown.isEmpty { found[place] = choice }
            }
        }
        return places.compactMap { place in found[place].map { PromptText.Choice(neuron: place, windows: $0) } }
    }

    /// The neurons, as many together as have their activations in memory at a time.
    private func batches(of choices: [PromptText.Choice]) -> [ArraySlice<PromptText.Choice>] {
        var batches: [ArraySlice<PromptText.Choice>] = []
        var (first, tokens) = (0, 0)
        for (index, choice) in choices.enumerated() {
            let own = choice.windows.all.reduce(0) { $0 + $1.count }
            if index > first, tokens + own > batch {
                batches.append(choices[first..<index])
                (first, tokens) = (index, 0)
            }
            tokens += own
        }
        return batches + [choices[first...]]
    }

    /// Adds prompts to the run's key.
    private func keep(_ prompts: [(name: String, prompt: HeldOutKey.Prompt)], of plan: RunPlan) throws {
        try context.files.createFolder(folder.explanationKeys)
        let lock = try FolderLock(folder.explanationKeys)
        var key = try HeldOutKey(of: plan, in: folder)
        for (name, prompt) in prompts { key.add(prompt, named: name) }
        try key.write(to: folder.heldOutKey, lock: lock, on: context.files)
    }
}
