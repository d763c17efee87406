/// The cliques of a group of models in short, `cliques` in `summary.json`.
public struct CliqueSummary: Hashable, Codable, Sendable {
    /// Cliques in all, of any models of the group.
    public var count: Int
    /// Neurons of the reference by the size of their largest clique.
    public var sizes: [CliqueSizeCount]
    /// Replicates of the bootstrap over seeds.
    public var replicates: Int
    /// Its seed.
    public var seed: UInt64
    /// The standard error of the reference's universal neurons under another choice of the other seeds, tokens being the same; nil with one
    /// other model.
    public var universalStandardError: Double?

    enum CodingKeys: String, CodingKey {
        case count, sizes, replicates, seed
        case universalStandardError = "universal_standard_error"
    }
}
