import Analysis
import Storage
import SystemPackage

/// Which neurons of a run's reference have a role, and how many in which layer.
public struct RolesInspection: Codable, Sendable {
    /// The neurons of one role.
    public struct Group: Codable, Sendable {
        /// The role.
        public let role: NeuronRole
        /// Neurons that have it, and the universal ones among them, over all layers.
        public let neurons, universal: Int
        /// The same for each layer.
        public let neuronsByLayer, universalByLayer: [Int]
        /// The strongest of those that were asked for, the strongest first.
        public internal(set) var strongest: [RoleNeuron]
        /// How many were asked for in all.
        public let asked: Int
    }

    /// The reference's id.
    public let model: String
    /// Neurons of each layer, and universal ones.
    public let neuronsByLayer, universalByLayer: [Int]
    /// A group for each role that was asked for.
    public private(set) var roles: [Group]
    /// What the run's results do without; nil for complete ones.
    public let incomplete: Incompleteness?

    /// Looks a run's roles up.
    ///
    /// - Parameters:
    ///   - role: that is asked for; nil: all.
    ///   - isUniversalOnly: whether other neurons than universal ones are left out of the lists.
    ///   - top: how many neurons of a role are listed.
    ///   - joinsNeurons: whether the table of neurons is read too, for their excess and explanation.
    /// - Throws: `PipelineError.planMissing`, `.columnsNotNeurons`, `.resultsMissing`, `.rolesMissing`; errors of the files.
    public init(
        _ folder: RunFolder, role: NeuronRole? = nil, isUniversalOnly: Bool = false, top: Int = 10, joinsNeurons: Bool = true
    ) throws {
        // A folder without a plan is told by what is the matter with it.
        try RunPlan.read(folder.plan).checkNeurons(for: "roles", in: folder)
        try folder.checkHasTables()
        let summary = try JSONFile.read(RunSummary.self, from: folder.summary)
        guard let counts = summary.roles, Folder.holdsFile(folder.roles) else {
            throw PipelineError.rolesMissing(folder: folder.path, hasWeights: Folder.exists(folder.vocabulary))
        }
        try self.init(
            counts, summary: summary, table: NeuronTableFile(folder.roles), role: role, isUniversalOnly: isUniversalOnly, top: top)
        if joinsNeurons { try addCorrelations(NeuronTableFile(folder.neurons)) }
    }

    /// - Parameters:
    ///   - counts: by role and layer.
    ///   - table: `roles.csv`.
    init(
        _ counts: RoleSummary, summary: RunSummary, table: NeuronTableFile, role: NeuronRole?, isUniversalOnly: Bool, top: Int
    ) throws {
        model = summary.models.first ?? ""
        incomplete = summary.incomplete
        universalByLayer = summary.universalByLayer
        let layers = summary.universalByLayer.count
        neuronsByLayer = Array(repeating: layers > 0 ? summary.neurons / layers : 0, count: layers)
        let all = try zip(table.neurons, table.rows).map { place, cells in
            try RoleNeuron(
                Dictionary(zip(table.columns, cells)) { first, _ in first }, layer: place.layer, neuron: place.neuron, of: table.path)
        }
        roles = counts.counts.filter { role == nil || $0.role == role }.map { count in
            let asked = all.filter { $0.role == count.role && ($0.isUniversal || !isUniversalOnly) }.sorted { one, other in
                one.strength != other.strength
                    ? one.strength > other.strength : (one.layer, one.neuron) < (other.layer, other.neuron)
            }
            return Group(
                role: count.role, neurons: count.neurons.reduce(0, +), universal: count.universal.reduce(0, +),
                neuronsByLayer: count.neurons, universalByLayer: count.universal, strongest: Array(asked.prefix(max(0, top))),
                asked: asked.count)
        }
    }

    /// Adds what the table of neurons says of the listed ones.
    private mutating func addCorrelations(_ table: NeuronTableFile) {
        let rows = Dictionary(zip(table.neurons.map { [$0.layer, $0.neuron] }, table.rows)) { first, _ in first }
        let places = Dictionary(uniqueKeysWithValues: zip(table.columns, table.columns.indices))
        for group in roles.indices {
            for index in roles[group].strongest.indices {
                let neuron = roles[group].strongest[index]
                guard let row = rows[[neuron.layer, neuron.neuron]] else { continue }
                func cell(_ name: String) -> String? { places[name].flatMap { row[$0].isEmpty ? nil : row[$0] } }
                roles[group].strongest[index].excess = cell("excess_corr").flatMap(Double.init)
                guard let explanation = cell("explanation") else { continue }
                let isNegative = cell("explanation_corr").flatMap(Double.init).map { $0 < 0 } ?? false
                roles[group].strongest[index].explanation = (isNegative ? FeatureExplanations.negation : "") + explanation
                roles[group].strongest[index].explanationScore = cell("explanation_score").flatMap(Double.init)
            }
        }
    }
}
