/// What an explainer is given of one neuron: a line of the file that `explain --out` writes.
struct ExplanationPrompt: Encodable {
    /// A window that is shown with its activations.
    struct Shown: Encodable {
        /// The row of the corpus, and the position of the window's first token in it.
        let row, position: Int
        /// The text of each token; its id where there is no tokenizer.
        let tokens: [String]
        /// The neuron's activation at each token.
        let activations: [Float]
        /// The same from 0 (none, or negative) to 10 (`peak`), whole numbers.
        let normalized: [Int]
        /// Places in the window of tokens that the run does not count; they have no part in `peak`.
        let uncounted: [Int]
    }

    /// A window whose activations are to be simulated.
    struct HeldOut: Encodable {
        /// The row of the corpus, and the position of the window's first token in it.
        let row, position: Int
        /// The text of each token; its id where there is no tokenizer.
        let tokens: [String]
        /// Places in the window of tokens that the run does not count: what is simulated there has no part in the score.
        let uncounted: [Int]
    }

    /// The identity of the run's plan.
    let run: String
    /// The digest of the statistics that the run's results are of; nil before its analysis.
    let statisticsSHA256: String?
    /// What the run's results do without, in a sentence: examples of missing shards are not among the windows; nil for complete results.
    let notice: String?
    /// What an answer names the prompt by.
    let prompt: String
    /// The reference model.
    let model: String
    /// The neuron as people write it, `3.117`.
    let neuron: String
    /// The largest activation in the windows that are shown.
    let peak: Float
    /// The strongest examples, strongest first.
    let examples: [Shown]
    /// Other windows, some of them with strong examples, in no order that tells which.
    let heldOut: [HeldOut]

    /// An activation from 0 to 10, to the nearest whole number.
    static func normalized(_ activation: Float, peak: Float) -> Int {
        guard peak > 0, activation > 0 else { return 0 }
        // Beside a tiny peak the quotient may be more than any whole number.
        return Int(min(10, 10 * activation / peak).rounded())
    }
}
