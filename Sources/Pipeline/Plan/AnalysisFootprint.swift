import Analysis
import Models
import Statistics

/// What the analysis of a run takes of memory, from shapes alone.
struct AnalysisFootprint {
    /// The memory that an analysis may use where nothing else is said: a group of GPT-2 medium on one thread, and half of a small machine.
    static let defaultMemory = 4 << 30

    private let universality: UniversalityMemory
    /// Of the reference; nil for a model whose sizes are not known.
    private let weights: WeightMemory?
    private let threads: Int
    /// What there is beside the groups: the program, what OpenBLAS keeps for each thread, and the tiles that each thread decodes.
    private let besideBytes: Int
    /// The tables of shards of all sections, which stay as long as the statistics are read.
    private let tables: ShardTables
    /// What features say about the neurons of models beside the reference.
    private let explanationBytes: Int

    /// The analysis of some columns on some threads.
    ///
    /// - Parameters:
    ///   - shards: of the budget.
    ///   - weights: what those of the reference take; nil where its sizes are not known.
    /// - Throws: an `AnalysisError` when the configuration does not fit the layout.
    init(
        layout: StatisticsLayout, replicates: Int, shards: Int, configuration: UniversalityConfiguration, settings: AccumulationSettings,
        weights: WeightMemory?, threads: Int
    ) throws {
        tables = ShardTables(layout: layout, shards: shards)
        self.weights = weights
        universality = try UniversalityMemory(layout: layout, replicates: replicates, configuration: configuration)
        self.threads = threads
        explanationBytes = layout.otherExplainedModels.flatMap { layout.groups(of: $0) }.reduce(0) { sum, group in
            sum + layout.groups[group].columns * ModelExplanations.bytesPerNeuron
        }
        let widest = layout.groups.map(\.columns).max() ?? 0
        let edge = min(settings.tile, widest)
        // A panel of both factors, at most 512 deep; a tile as 64-bit sums, as it is stored and in planes.
        besideBytes = WorkingSet.baseBytes + threads * (512 * 4 * (widest + 1_024) + edge * edge * (8 + 4 + 4))
    }

    /// What the groups may take of an offer.
    func bytesOfGroups(within memory: Int?) -> Int { (memory ?? Self.defaultMemory) - besideBytes - tables.bytes }

    /// Bytes that the process takes at most; more than the offer where that is not enough for one group on one thread, or for the weights.
    func bytes(within memory: Int?) -> Int { max(groupBytes(within: memory), weightBytes(within: memory)) }

    /// Bytes that a reducer takes while it summarises its groups: one after the other, on as many threads as the memory is enough for, and
    /// nothing is merged there. Without the tables of shards, of which a reducer has others too.
    ///
    /// - Parameter memory: bytes that it was offered; nil: all threads are used.
    func bytesOfSummaries(within memory: Int?) -> Int {
        let largest = (1...max(1, threads)).map { universality.largestGroupBytes(threads: $0) }
        return besideBytes + (memory.map { memory in largest.last { $0 <= memory } ?? largest[0] } ?? largest[largest.count - 1])
    }

    /// Bytes while the groups are at work.
    private func groupBytes(within memory: Int?) -> Int {
        besideBytes + tables.bytes + universality.placement(threads: threads, memory: bytesOfGroups(within: memory)).bytes
    }

    /// Bytes while the reference's weights are read; what was found before is there then.
    private func weightBytes(within memory: Int?) -> Int {
        besideBytes + tables.bytes + universality.mergedBytes + explanationBytes
            + (weights?.bytes(within: memory ?? Self.defaultMemory) ?? 0)
    }

    /// Why it takes more than the offer, for people; nil where it does not.
    func excess(over memory: Int) -> String? {
        let needed = bytes(within: memory)
        guard needed > memory else { return nil }
        let what = weightBytes(within: memory) == needed ? "to read the reference's weights" : "with one column group at a time"
        return "\(needed >> 20) MiB at most, \(what)"
    }
}

extension RunShape {
    /// What the analysis takes at most; 0 for a screened run's, which goes through candidates alone.
    ///
    /// - Parameter memory: bytes that it is offered; nil: what it takes where nothing is said.
    func analysisBytes(within memory: Int?) -> Int { analyses.map { $0.bytes(within: memory) }.max() ?? 0 }

    /// The analyses of each group of models, one after the other; none of a screened run. What cannot be analysed is refused where the run is
    /// planned.
    var analyses: [AnalysisFootprint] {
        guard workingSet.kept == nil else { return [] }
        return universality.compactMap { configuration in
            let threads = workingSet.threads
            let weights = workingSet.models[configuration.reference].flatMap { $0.directions == nil ? $0 : nil }.map {
                WeightMemory(
                    layers: $0.layers, neurons: $0.mlpWidth, width: $0.width, heads: $0.heads, vocabulary: $0.vocabularySize,
                    features: layout.tokenFeatures, threads: threads)
            }
            return try? AnalysisFootprint(
                layout: layout, replicates: replicates, shards: shards, configuration: configuration, settings: workingSet.settings,
                weights: weights, threads: threads)
        }
    }
}
