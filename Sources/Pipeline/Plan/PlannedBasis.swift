import Storage

/// What the columns of a plan's models are projections on.
public struct PlannedBasis: Hashable, Codable, Sendable {
    /// How the directions are found.
    public let columns: ColumnBasis
    /// The content hash of the directions that lie beside the plan; nil in a draft, and for directions that follow from a seed.
    public var digest: Digest?

    /// What a configuration asks for; a draft.
    init(_ columns: ColumnBasis) { self.columns = columns }
}
