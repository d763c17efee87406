/// A neuron's row, as text.
struct NeuronView {
    /// A cell after the first: what it shows, what it is sorted by, and its name where a row is shown as a card.
    struct Cell {
        let label: String
        let text: String
        let value: String
        var note: String?
        var secondNote: String?
        var isText = false
    }

    /// One of its examples.
    struct Example {
        let value: String
        /// HTML.
        let context: String
        let place: String
    }

    /// Its examples: the strongest on one line (HTML), and all of them.
    struct Examples {
        let peek: String
        var items: [Example]
    }

    /// What it does to the vocabulary: its role, and the tokens that it raises and lowers (HTML).
    struct Effect {
        // Not `role`: where it is nil the template engine would find the neuron's.
        let roleName: String?
        let promoted, suppressed: String
        let hasTokens: Bool
    }

    let name: String
    /// Its page; nil where there is none beside this one.
    var href: String?
    let layer: String
    let family: String
    /// What it is found by; empty without a role.
    let role: String
    /// What the first column is sorted by.
    let order: String
    let isUniversal: Bool
    let cells: [Cell]
    let effect: Effect?
    var examples: Examples?
    /// Columns of the whole table.
    let span: String
    /// The threshold line that stands before this row.
    var divider: String?
    /// What an explainer has written of it.
    var written: String?

    /// About how many bytes the row takes, to keep the page small.
    var weight: Int {
        let tokens = effect.map { 120 + $0.promoted.utf8.count + $0.suppressed.utf8.count } ?? 0
        let words = tokens + (written.map { 100 + $0.utf8.count } ?? 0)
        guard let examples else { return 600 + 160 * cells.count + words }
        return 700 + 160 * cells.count + words + examples.peek.utf8.count + examples.items.reduce(0) { $0 + 120 + $1.context.utf8.count }
    }
}
