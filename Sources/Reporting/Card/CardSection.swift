/// A part of what is known about a neuron: a table under a heading, for a page and for a terminal alike.
public struct CardSection: Sendable, Equatable {
    /// What a cell shows.
    public enum Cell: Sendable, Equatable {
        /// A text, or a number with as many figures as are to be shown.
        case text(String)
        /// A number with all its figures; who shows it chooses how many.
        case number(Double)
        /// The name of a column of a table; a page has its meaning beside it.
        case column(String)
        /// Tokens of a vocabulary.
        case tokens([ReportedToken])
        /// A token of the corpus in its context; `isText` as in `ReportedExample`.
        case context(before: String, token: String, after: String, isText: Bool)

        /// Whether there is nothing to show.
        var isEmpty: Bool {
            switch self {
            case .text(let text), .column(let text): text.isEmpty
            case .tokens(let tokens): tokens.isEmpty
            case .number, .context: false
            }
        }
    }

    /// The section's name within a page: letters.
    public var id: String
    /// Its heading.
    public var heading: String
    /// What a reader must know to read it.
    public var sentences: [String]
    /// The columns' names; empty for a table of names and values.
    public var columns: [String]
    /// The rows, a cell for each column.
    public var rows: [[Cell]]

    /// A section; columns of which no row has anything are left out.
    ///
    /// - Parameter columns: as many as each row has cells; empty for rows of a name and a value.
    public init(id: String, heading: String, sentences: [String] = [], columns: [String] = [], rows: [[Cell]]) {
        self.id = id
        self.heading = heading
        self.sentences = sentences
        let width = columns.isEmpty ? rows.map(\.count).max() ?? 0 : columns.count
        let kept = (0..<width).filter { column in rows.contains { column < $0.count && !$0[column].isEmpty } }
        self.columns = columns.isEmpty ? [] : kept.map { columns[$0] }
        self.rows = rows.map { row in kept.map { $0 < row.count ? row[$0] : .text("") } }
    }
}
