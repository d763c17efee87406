/// The budget section, as text.
struct BudgetView {
    /// What a wanted error would take.
    struct Row {
        let wanted: String
        let tokens: String
        let factor: String
        let note: String
    }

    let sentences: [String]
    let rows: [Row]
    // Stored, not computed: the template engine sees stored properties only.
    let hasRows: Bool

    init(sentences: [String], rows: [Row] = []) {
        self.sentences = sentences
        self.rows = rows
        hasRows = !rows.isEmpty
    }
}
