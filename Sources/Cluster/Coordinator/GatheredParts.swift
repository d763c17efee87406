/// What `gather` brings from reducers elsewhere to the run's folder.
public struct GatheredParts: OptionSet, Sendable {
    /// A bit for each part.
    public let rawValue: Int

    /// Parts by their bits.
    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The exact statistics: every section.
    public static let statistics = GatheredParts(rawValue: 1)
    /// The correlation matrices.
    public static let matrices = GatheredParts(rawValue: 2)
}
