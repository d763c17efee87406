/// The answer to a ``PredictionQuestion``.
public protocol PredictionSummary: Codable, Sendable {
    /// The id of the model that predicts.
    var model: String { get }
    /// Rows that were read.
    var rows: Int { get }
    /// Tokens that count: all of a row but the first and the last.
    var tokens: Int { get }
    /// The answer as a table, with a header line.
    var csv: String { get }
}
