/// A section of the report that is a table with some words before it.
public struct ReportedTable: Codable, Sendable, Equatable {
    /// The section's name within the page: letters.
    public var id: String
    /// The section's name in the page's head.
    public var title: String
    /// Its heading.
    public var heading: String
    /// What a reader must know to read it.
    public var sentences: [String]
    /// The columns' names.
    public var columns: [String]
    /// The rows, a text for each column.
    public var rows: [[String]]

    /// A table.
    public init(id: String, title: String, heading: String, sentences: [String], columns: [String], rows: [[String]]) {
        self.id = id
        self.title = title
        self.heading = heading
        self.sentences = sentences
        self.columns = columns
        self.rows = rows
    }
}
