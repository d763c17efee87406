/// One part of a job whose progress can be counted.
public struct ProgressStage: Hashable, Sendable {
    /// What is counted.
    public enum Unit: String, Hashable, Sendable {
        case tokens, rows, documents, bytes, shards, blocks, groups, files
    }

    /// What is done, as a present participle: "tokenising".
    public let name: String
    /// What is counted.
    public let unit: Unit
    /// How many units there are; nil where that is not known in advance.
    public let total: Int?
    /// How many units an earlier process has done already; they count as done, but not for the speed.
    public let completed: Int

    /// Describes a stage of `total` units, of which `completed` are done already.
    public init(_ name: String, unit: Unit, total: Int?, completed: Int = 0) {
        self.name = name
        self.unit = unit
        self.total = total
        self.completed = completed
    }
}
