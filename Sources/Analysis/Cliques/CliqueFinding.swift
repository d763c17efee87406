/// The cliques of models that are compared among themselves, all pairs of them, and how universal they make the reference's neurons.
public struct CliqueFinding: Sendable {
    /// The models; the first is the reference.
    public let models: [ModelShape]
    /// All cliques: the largest first, then the strongest.
    public let cliques: [Clique]
    /// For each clique the excess of the reference's neuron in it: its correlation with the other members less its baseline in their models,
    /// mean over them. Nil for cliques without the reference: no other model has a baseline.
    public let excess: [Double?]
    /// Neurons of the reference by the size of their largest clique, from 2.
    public let sizes: [CliqueSizeCount]
    /// How the errors of the counts were found.
    public let bootstrap: SeedBootstrap
    /// The standard error of the reference's universal neurons under another choice of the other seeds; nil with one other model.
    public let universalStandardError: Double?

    /// Finds the cliques.
    ///
    /// - Parameters:
    ///   - bootstrap: nil: one with the seed of the rotations.
    ///   - check: asked now and then; what it throws ends the search.
    /// - Returns: nil where not all pairs of the models were compared.
    public init?(
        _ result: UniversalityResult, bootstrap: SeedBootstrap? = nil, check: () throws -> Void = {}
    ) rethrows {
        guard result.configuration.allPairs, let graph = PartnerGraph(result) else { return nil }
        models = [result.reference] + result.matches.map(\.model)
        self.bootstrap = bootstrap ?? SeedBootstrap(seed: result.configuration.rotations.seed)
        cliques = try graph.cliques(check: check)
        excess = cliques.map { clique in
            guard let own = clique.members.first, own.model == 0 else { return nil }
            let others = clique.members.dropFirst()
            return others.reduce(0) { sum, other in
                sum + Double(graph.correlation(own, other)) - result.baseline.models[other.model - 1][own.neuron]
            } / Double(others.count)
        }
        try check()
        let (excesses, threshold) = (Self.excesses(result), result.configuration.threshold)
        (sizes, universalStandardError) = Self.sizes(
            cliques, models: models.count, isUniversal: result.isUniversal, excesses: excesses, threshold: threshold,
            bootstrap: self.bootstrap)
    }

    /// The excess of each neuron of the reference in each other model alone, `[neurons][models]`.
    private static func excesses(_ result: UniversalityResult) -> [[Double]] {
        (0..<result.reference.neurons).map { neuron in
            result.matches.indices.map {
                Double(result.configuration.strength(of: result.matches[$0].best[neuron])) - result.baseline.models[$0][neuron]
            }
        }
    }

    /// Counts neurons of the first model by their largest clique, and says how the count of universal ones varies with seeds.
    static func sizes(
        _ cliques: [Clique], models: Int, isUniversal: [Bool], excesses: [[Double]], threshold: Double, bootstrap: SeedBootstrap
    ) -> (sizes: [CliqueSizeCount], universalStandardError: Double?) {
        var own: [Int: [[Int]]] = [:]
        for clique in cliques {
            guard let first = clique.members.first, first.model == 0 else { continue }
            own[first.neuron, default: []].append(clique.members.dropFirst().map { $0.model - 1 })
        }
        let largest = own.mapValues { cliques in 1 + (cliques.map(\.count).max() ?? 0) }
        var kinds: [[[Int]]: Int] = [:]
        for cliques in own.values { kinds[cliques.sorted { $0.lexicographicallyPrecedes($1) }, default: 0] += 1 }
        // One other model is drawn the same way every time: no error.
        let moments = models > 2 ? bootstrap.moments(of: kinds.map { ($0.key, $0.value) }, others: models - 1) : []
        let universal =
            models > 2
            ? bootstrap.universalMoments(
                of: excesses.indices.map { (own[$0] ?? [], excesses[$0]) }, threshold: threshold, others: models - 1) : []
        let sizes = (2..<max(2, models + 1)).map { size in
            let neurons = largest.filter { $0.value >= size }
            return CliqueSizeCount(
                size: size, count: neurons.count, fraction: Double(neurons.count) / Double(max(1, isUniversal.count)),
                universal: neurons.count { isUniversal[$0.key] }, bootstrapMean: moments.isEmpty ? nil : moments[size - 2].mean,
                standardError: moments.isEmpty ? nil : moments[size - 2].standardError,
                universalStandardError: universal.isEmpty ? nil : universal[size - 1].standardError)
        }
        return (sizes, universal.first?.standardError)
    }

    /// What the summary says of them.
    public var summary: CliqueSummary {
        CliqueSummary(
            count: cliques.count, sizes: sizes, replicates: bootstrap.replicates, seed: bootstrap.seed,
            universalStandardError: universalStandardError)
    }
}
