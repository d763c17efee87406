/// The budget section, as text.
struct BudgetView {
    /// What wanted errors of one figure would take.
    struct Table {
        let caption: String
        let rows: [Row]
    }

    /// What one wanted error would take.
    struct Row {
        let wanted: String
        let tokens: String
        let factor: String
        let note: String
    }

    /// HTML.
    let sentences: [String]
    let tables: [Table]

    init(sentences: [String], tables: [Table] = []) {
        self.sentences = sentences.map(Markup.sentence)
        self.tables = tables
    }
}
