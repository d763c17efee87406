import Statistics

/// Which column groups the analysis summarises, and against what: the configuration applied to a layout.
struct UniversalityPlan: Sendable {
    let configuration: UniversalityConfiguration
    let layout: StatisticsLayout
    let reference: ModelShape
    /// The other models in the configuration's order.
    let others: [ModelShape]
    let design: ReplicateDesign
    /// The groups to summarise, in plan order.
    let groups: [Int]
    /// The groups that each group has a block against. A layout has about as many blocks as pairs of groups: they are gone over once.
    private let rows: [Set<Int>]

    init(layout: StatisticsLayout, replicates: Int, configuration: UniversalityConfiguration) throws {
        try configuration.validate()
        let sources = layout.sources
        for id in [configuration.reference] + configuration.others where !sources.contains(id) {
            throw AnalysisError.unknownModel(id: id, known: sources)
        }
        guard (1...64).contains(replicates) else {
            throw AnalysisError.configuration(setting: "replicates", reason: "\(replicates) is not between 1 and 64")
        }
        self.configuration = configuration
        self.layout = layout
        reference = ModelShape(id: configuration.reference, layout: layout)
        others = configuration.others.map { ModelShape(id: $0, layout: layout) }
        design = ReplicateDesign(replicates: replicates, showsConvergence: configuration.showsConvergence)
        groups = others.flatMap(\.groups).sorted()
        var rows = [Set<Int>](repeating: [], count: layout.groups.count)
        for block in layout.blocks { rows[block.columns].insert(block.rows) }
        self.rows = rows
        for group in groups {
            for earlier in self.earlier(thanGroup: group) {
                if comparedLayers(of: earlier, with: group).isEmpty {
                    throw AnalysisError.missingBlock(rows: earlier.id, columns: layout.groups[group].name)
                }
            }
            if !rows[group].contains(group) {
                throw AnalysisError.missingBlock(rows: layout.groups[group].name, columns: layout.groups[group].name)
            }
        }
        for later in others {
            for earlier in self.earlier(thanGroup: later.groups.first ?? -1) {
                let compared = Set(later.groups.flatMap { comparedLayers(of: earlier, with: $0) })
                if let lonely = earlier.groups.indices.first(where: { !compared.contains($0) }) {
                    throw AnalysisError.missingBlock(rows: layout.groups[earlier.groups[lonely]].name, columns: later.id)
                }
            }
        }
    }

    /// The layers of an earlier model that a group is compared with, ascending: all of them, or those within the layout's band. Everything
    /// that is said of a neuron, its baseline too, is over the layers that it is compared with.
    func comparedLayers(of earlier: ModelShape, with group: Int) -> [Int] {
        earlier.groups.indices.filter { rows[group].contains(earlier.groups[$0]) }
    }

    /// In how many blocks groups are compared with the reference.
    func referenceBlocks(of groups: [Int]) -> Int { groups.reduce(0) { $0 + blocks(of: $1, with: [reference]) } }

    /// In how many blocks all groups are compared with the models before them.
    var blocks: Int { groups.reduce(0) { $0 + blocks(of: $1, with: earlier(thanGroup: $1)) } }

    private func blocks(of group: Int, with models: [ModelShape]) -> Int {
        models.reduce(0) { $0 + comparedLayers(of: $1, with: group).count }
    }

    /// The model of a group.
    func model(ofGroup group: Int) -> ModelShape? { others.first { $0.groups.contains(group) } }

    /// The models that a group is compared with: the reference first, then under `allPairs` the other models before its own.
    func earlier(thanGroup group: Int) -> [ModelShape] {
        guard configuration.allPairs, let own = others.firstIndex(where: { $0.groups.contains(group) }) else { return [reference] }
        return [reference] + others[..<own]
    }

    /// How many partners of a neuron are kept when there are `partners` of them.
    func tail(partners: Int) -> Int { min(configuration.tail, partners) }
}
