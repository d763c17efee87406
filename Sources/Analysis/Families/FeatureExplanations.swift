import Kernels
import Models
import Statistics

/// What the feature bank says about a model, the reference first of all: for each neuron the best feature, for each feature the best neuron.
public struct FeatureExplanations: Codable, Sendable {
    /// The bank's columns.
    public let features: [FeatureColumn]
    /// The model's neurons, layer by layer.
    public let neurons: [NeuronExplanation]
    /// The neuron that each feature explains best, `[features]`; nil for a feature without variance.
    public let bestNeurons: [FeatureNeuron?]

    /// Explains the neurons of a model, a block at a time.
    ///
    /// Each thread holds one block's correlations: 4 bytes · neurons of a layer · features.
    ///
    /// - Parameters:
    ///   - statistics: with the blocks of the feature bank against the layers of the model.
    ///   - model: the model; nil: the reference, the first source. Of another one the best scores within families are not kept: the tables
    ///     of many models stay in memory together.
    ///   - replicates: which replicates to look at; all when nil.
    ///   - bank: the columns of the feature bank, in order.
    ///   - team: the threads; the result does not depend on them.
    ///   - check: asked before each block, from any thread; what it throws ends the work.
    /// - Throws: an `AnalysisError` when the statistics have no such blocks or the bank has another number of columns (that it is the bank
    ///   of the statistics, its digest says, which the plan keeps); what `statistics` and `check` throw.
    public init(
        statistics: some BlockStatistics, of model: String? = nil, over replicates: ReplicateSet? = nil, bank: [FeatureColumn],
        team: ThreadTeam, check: @escaping @Sendable () throws -> Void = {}
    ) throws {
        let layout = statistics.layout
        guard let explained = model ?? layout.sources.first, let group = layout.groups(of: FeatureBank.sourceID).first else {
            throw AnalysisError.unknownModel(id: FeatureBank.sourceID, known: layout.sources)
        }
        let layers = layout.groups(of: explained)
        guard !layers.isEmpty, explained != FeatureBank.sourceID else {
            throw AnalysisError.unknownModel(id: explained, known: layout.sources)
        }
        guard layout.groups[group].columns == bank.count else {
            throw AnalysisError.sizeMismatch(what: "features", expected: layout.groups[group].columns, found: bank.count)
        }
        let blocks = try layers.map { layer in
            guard let block = layout.block(rows: layer, columns: group) else {
                throw AnalysisError.missingBlock(rows: layout.groups[layer].name, columns: layout.groups[group].name)
            }
            return block
        }
        let scan = FeatureScan(columns: bank, keepsFamilyScores: model == nil)
        let replicates = replicates ?? .all(statistics.replicates)
        let results = try team.map(blocks.count) { index, _ in
            try check()
            let layer = layout.groups[blocks[index].rows]
            let correlations = UnsafeMutablePointer<Float>.allocate(capacity: layer.columns * bank.count)
            defer { correlations.deallocate() }
            try statistics.correlations(of: blocks[index], over: replicates, into: correlations)
            return (
                scan.explanations(layer: layer.layer, correlations: correlations, neurons: layer.columns),
                scan.bestNeurons(layer: layer.layer, correlations: correlations, neurons: layer.columns)
            )
        }
        features = bank
        neurons = results.flatMap(\.0)
        bestNeurons = bank.indices.map { feature in
            results.lazy.compactMap { $0.1[feature] }.reduce(nil) { best, next in
                guard let best, abs(best.correlation) >= abs(next.correlation) else { return next }
                return best
            }
        }
    }

    /// What stands before the name of a feature that a neuron is lower with, as people read it.
    public static let negation = "not: "

    /// The name of a neuron's best feature, whatever the sign of their correlation; nil when the neuron is unexplained.
    public func explanation(of neuron: NeuronExplanation) -> String? {
        guard neuron.family != nil, let best = neuron.best else { return nil }
        return features[best.feature].name
    }

    /// The name of the feature that comes second, with the same conditions.
    public func secondExplanation(of neuron: NeuronExplanation) -> String? {
        guard neuron.family != nil, let second = neuron.second else { return nil }
        return features[second.feature].name
    }

    /// The columns of a table of the model's neurons: family, best and second best feature, with their scores. A
    /// text is empty where the neuron is unexplained, a number where it has no variance.
    public var columns: [(name: String, column: NeuronColumn)] {
        [
            ("family", .texts(neurons.map { $0.family?.rawValue ?? "" })),
            ("explanation", .texts(neurons.map { explanation(of: $0) ?? "" })),
            ("explanation_score", .numbers(neurons.map { $0.best?.score ?? .nan })),
            ("explanation_corr", .texts(neurons.map { $0.best.map { "\($0.correlation)" } ?? "" })),
            ("second_explanation", .texts(neurons.map { secondExplanation(of: $0) ?? "" })),
            ("second_explanation_corr", .texts(neurons.map { $0.second.map { "\($0.correlation)" } ?? "" })),
        ]
    }

    /// Above this score the authors show a letter's neuron.
    public static let alphabetScore = 0.37

    /// The best neuron for each letter, best first (paper, "alphabet neurons"; the authors show those above `alphabetScore`).
    public var alphabet: [(feature: FeatureColumn, neuron: FeatureNeuron)] {
        zip(features, bestNeurons).compactMap { feature, neuron in
            guard feature.family == .alphabet, let neuron else { return nil }
            return (feature, neuron)
        }.sorted { $0.neuron.score > $1.neuron.score }
    }
}
