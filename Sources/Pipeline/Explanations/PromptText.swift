import Analysis
import Corpus
import Storage

/// Turns windows and activations into prompts.
struct PromptText {
    /// A neuron and its windows.
    struct Choice {
        let neuron: NeuronPlace
        let windows: WindowChoice
    }

    let plan: RunPlan
    /// The digest of the statistics of the run's results.
    let statistics: String?
    /// What these results do without; nil for nothing.
    let incompleteness: Incompleteness?
    private let corpus: PackedCorpus
    private let tokenizer: Tokenizer?
    private let isCounted: [Bool]

    /// - Parameter tokenizer: decodes ids; without one prompts have the ids.
    init(plan: RunPlan, statistics: String?, incompleteness: Incompleteness?, corpus: PackedCorpus, tokenizer: Tokenizer?) {
        self.plan = plan
        self.statistics = statistics
        self.incompleteness = incompleteness
        self.corpus = corpus
        self.tokenizer = tokenizer
        isCounted = TokenMask(ids: plan.numbers.corpus.mask).countedTable(vocabularySize: corpus.vocabularySize)
    }

    /// What a neuron's prompt is named.
    func name(of choice: Choice) -> String {
        HeldOutKey.name(of: choice.neuron, windows: choice.windows.heldOut, plan: plan.identity)
    }

    /// Places in a window of tokens that the run does not count.
    func uncounted(in window: TokenWindow) -> [Int] {
        ids(in: window).enumerated().filter { !isCounted[Int($0.element)] }.map(\.offset)
    }

    /// The prompt of a neuron.
    ///
    /// - Parameter activations: of the windows that are shown, then of those that are held out.
    func prompt(of choice: Choice, activations: ArraySlice<[Float]>) -> ExplanationPrompt {
        let shown = zip(choice.windows.shown, activations).map { window, activations in
            (window: window, activations: activations, uncounted: uncounted(in: window))
        }
        let peak = shown.reduce(Float(0)) { peak, window in
            let uncounted = Set(window.uncounted)
            return window.activations.enumerated().reduce(peak) { uncounted.contains($1.offset) ? $0 : max($0, $1.element) }
        }
        return ExplanationPrompt(
            run: plan.identity.hex, statisticsSHA256: statistics, notice: incompleteness?.notice, prompt: name(of: choice),
            model: plan.numbers.models[0].id, neuron: choice.neuron.description, peak: peak,
            examples: shown.map { window in
                ExplanationPrompt.Shown(
                    row: window.window.row, position: window.window.first, tokens: texts(in: window.window),
                    activations: window.activations,
                    normalized: window.activations.map { ExplanationPrompt.normalized($0, peak: peak) }, uncounted: window.uncounted)
            },
            heldOut: choice.windows.heldOut.map { window in
                ExplanationPrompt.HeldOut(
                    row: window.row, position: window.first, tokens: texts(in: window), uncounted: uncounted(in: window))
            })
    }

    /// What the held-out windows of a neuron's prompt really are.
    ///
    /// - Parameter activations: of the windows that are shown, then of those that are held out.
    func heldOut(of choice: Choice, activations: ArraySlice<[Float]>) -> HeldOutKey.Prompt {
        HeldOutKey.Prompt(
            neuron: choice.neuron,
            windows: zip(choice.windows.heldOut, activations.dropFirst(choice.windows.shown.count)).map { window, activations in
                HeldOutKey.Window(
                    row: window.row, position: window.first, activations: activations, uncounted: uncounted(in: window))
            })
    }

    private func ids(in window: TokenWindow) -> ArraySlice<Int32> { corpus.tokens(ofRow: window.row)[window.first..<window.end] }

    private func texts(in window: TokenWindow) -> [String] {
        ids(in: window).map { id in tokenizer.map { $0.decodedToken(Int(id)) } ?? "\(id)" }
    }
}
