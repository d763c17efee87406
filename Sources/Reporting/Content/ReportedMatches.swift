/// In which layer of the other models the best partners of each reference layer's neurons lie.
public struct ReportedMatches: Codable, Sendable, Equatable {
    /// `[reference layers, layers of the others]` row-major: neurons counted over all other models; nil where no two layers were compared.
    public var counts: [Double?]
    /// The number of columns of `counts`.
    public var columns: Int
    /// The number of layers apart within which layers were compared; nil for all of them.
    public var band: Int?
    /// The number of rows of `counts`.
    public var rows: Int { columns == 0 ? 0 : counts.count / columns }

    /// A matrix of `counts.count / columns` rows.
    public init(counts: [Double?], columns: Int, band: Int? = nil) {
        self.counts = counts
        self.columns = columns
        self.band = band
    }
}
