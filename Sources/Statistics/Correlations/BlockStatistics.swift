/// The statistics of a run as the analysis sees them, wherever they lie.
public protocol BlockStatistics: Sendable {
    /// The column groups and blocks.
    var layout: StatisticsLayout { get }

    /// How many replicates the plan has; some may still be empty.
    var replicates: Int { get }

    /// How many tokens a block counted over a set of replicates (0: empty).
    func tokens(of block: Block, over replicates: ReplicateSet) throws -> Int

    /// The moments of a block's rows and columns over a set of replicates.
    func moments(of block: Block, over replicates: ReplicateSet) throws -> (rows: ColumnMoments, columns: ColumnMoments)

    /// Writes the Pearson correlations of a block over a set of replicates, `[rows, columns]`, row-major.
    ///
    /// The sums are integers and the algebra is float64; the result is rounded to float32. A pair with a column of zero variance has
    /// correlation 0. Both triangles of a within-layer block are written.
    func correlations(of block: Block, over replicates: ReplicateSet, into correlations: UnsafeMutablePointer<Float>) throws
}
