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

    let name: String
    let layer: String
    let family: String
    /// What the first column is sorted by.
    let order: String
    let isUniversal: Bool
    let cells: [Cell]
    var examples: Examples?
    /// Columns of the whole table.
    let span: String
    /// The threshold line that stands before this row.
    var divider: String?
    /// What an explainer has written of it.
    var written: String?

    /// About how many bytes the row takes, to keep the page small.
    var weight: Int {
        let written = written.map { 100 + $0.utf8.count } ?? 0
        guard let examples else { return 600 + 160 * cells.count + written }
        return 700 + 160 * cells.count + written + examples.peek.utf8.count + examples.items.reduce(0) { $0 + 120 + $1.context.utf8.count }
    }
}
