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
}
