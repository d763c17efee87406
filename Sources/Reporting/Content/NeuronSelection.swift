/// Which neurons the report's table lists.
///
/// All universal ones, strongest first, up to `limit`; when fewer than `enough` are universal, the strongest that are not follow, so that
/// there is something to look at.
public struct NeuronSelection: Sendable, Hashable {
    /// Indices into the population, by falling excess; equal ones in index order.
    public let indices: [Int]
    /// How many neurons are universal.
    public let universalCount: Int

    /// - Parameters:
    ///   - excess: `[neurons]`; values that are not finite are never chosen.
    ///   - threshold: universal above it.
    ///   - enough: with fewer universal neurons than this, others fill the table up to this many rows.
    ///   - limit: the most rows.
    public init(excess: [Float], threshold: Double, enough: Int = 50, limit: Int = 500) {
        let ordered = excess.indices.filter { excess[$0].isFinite }
            .sorted { excess[$0] != excess[$1] ? excess[$0] > excess[$1] : $0 < $1 }
        universalCount = excess.count { $0.isFinite && Double($0) > threshold }
        indices = Array(ordered.prefix(min(limit, max(enough, universalCount))))
    }
}
