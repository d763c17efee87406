import Analysis
import Kernels
import Statistics

/// Which windows of the corpus an explainer is shown of a neuron, and which are held out for its score: no two of them have a token of the
/// corpus in common.
///
/// What is held out is half strong examples and half windows drawn at random, so that an explanation has to say as well where the neuron is
/// not active. A neuron and a seed decide all of it.
struct WindowChoice {
    /// Around the strongest examples, strongest first.
    let shown: [TokenWindow]
    /// What is held out, in the order of the corpus: their order does not tell which are strong.
    let heldOut: [TokenWindow]
    /// Those that are shown, then those that are held out.
    var all: [TokenWindow] { shown + heldOut }

    /// Draws of a random window before there are taken to be no more: only corpora of a few rows need so many.
    private static let attempts = 100

    /// Chooses windows.
    ///
    /// - Parameters:
    ///   - examples: the neuron's strongest, strongest first. A window that overlaps one of a stronger example is left out.
    ///   - settings: how much text is around an example.
    ///   - shown: how many are shown at most; fewer where the examples do not suffice to hold some out too.
    ///   - heldOut: how many are held out; fewer where the corpus has no more.
    ///   - rows: rows of the corpus.
    ///   - context: tokens of a row.
    ///   - seed: decides which of the examples that are not shown are held out, and the random windows.
    init(
        of neuron: NeuronPlace, examples: [Example], settings: ExampleSettings, shown: Int, heldOut: Int, rows: Int, context: Int,
        seed: UInt64
    ) {
        var random = SeededFloats(seed: SplitMix64.mix(seed ^ SplitMix64.mix(UInt64(neuron.layer) << 32 | UInt64(neuron.neuron))))
        /// Below a bound that is far below 2^64, so that the remainder's bias is none.
        func draw(below bound: Int) -> Int { Int(random.nextBits().multipliedFullWidth(by: UInt64(bound)).high) }
        var windows: [TokenWindow] = []
        for example in examples where (0..<rows).contains(example.row) && (0..<context).contains(example.position) {
            let first = max(0, example.position - settings.before)
            let window = TokenWindow(row: example.row, first: first, count: min(context, example.position + settings.after + 1) - first)
            if !windows.contains(where: window.overlaps) { windows.append(window) }
        }
        let reserved = min((heldOut + 1) / 2, windows.count / 2)
        let chosen = Array(windows.prefix(min(shown, windows.count - reserved)))
        var rest = Array(windows.dropFirst(chosen.count))
        var kept: [TokenWindow] = []
        while kept.count < reserved, !rest.isEmpty { kept.append(rest.remove(at: draw(below: rest.count))) }
        let count = min(settings.window, context)
        var attempts = 0
        while kept.count < heldOut, attempts < Self.attempts {
            attempts += 1
            let window = TokenWindow(row: draw(below: rows), first: draw(below: context - count + 1), count: count)
            guard !(chosen + kept).contains(where: window.overlaps) else { continue }
            kept.append(window)
            attempts = 0
        }
        self.shown = chosen
        self.heldOut = kept.sorted { ($0.row, $0.first) < ($1.row, $1.first) }
    }
}
