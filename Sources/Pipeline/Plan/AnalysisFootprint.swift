import Analysis
import Models
import Statistics

/// What the analysis of a run takes of memory, from shapes alone.
struct AnalysisFootprint {
    /// The memory that an analysis may use where nothing else is said: a group of GPT-2 medium on one thread, and half of a small machine.
    static let defaultMemory = 4 << 30

    /// What is known of a screened run.
    struct Screened {
        /// For each block the pairs of columns that are followed; nil where all are.
        let kept: [Int?]
        /// Bytes of what its pilot's groups say, merged: of all groups of models at once.
        let pilotBytes: Int

        /// - Parameters:
        ///   - universality: what the analysis of each group of models is asked for.
        ///   - limit: the most candidates that a neuron can have: as many partners of each are known from the pilot.
        /// - Throws: an `AnalysisError` when a configuration does not fit the layout.
        init(
            kept: [Int?], layout: StatisticsLayout, replicates: Int, universality: [UniversalityConfiguration], limit: Int
        ) throws {
            self.kept = kept
            pilotBytes = try universality.reduce(0) { sum, configuration in
                let asked = configuration.ofPilot(limit: limit)
                return try sum + UniversalityMemory(layout: layout, replicates: replicates, configuration: asked).mergedBytes
            }
        }

        /// Bytes of all that is there beside what threads work on: a row and a column of each pair, and the lists that they come from.
        var bytes: Int { pilotBytes + kept.reduce(0) { $0 + ($1 ?? 0) } * 16 }
    }

    private let universality: UniversalityMemory
    /// Of a screened run, which goes through candidates and once more through its pilot's blocks; nil for any other.
    private let screened: (memory: ScreenedMemory, bytes: Int)?
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
    ///   - screened: what is known of a screened run; nil for any other.
    /// - Throws: an `AnalysisError` when the configuration does not fit the layout.
    init(
        layout: StatisticsLayout, replicates: Int, shards: Int, configuration: UniversalityConfiguration, settings: AccumulationSettings,
        weights: WeightMemory?, threads: Int, screened: Screened? = nil
    ) throws {
        tables = ShardTables(layout: layout, shards: shards)
        self.weights = weights
        universality = try UniversalityMemory(layout: layout, replicates: replicates, configuration: configuration)
        self.screened = try screened.map {
            (
                try ScreenedMemory(layout: layout, replicates: replicates, configuration: configuration, kept: $0.kept), $0.bytes
            )
        }
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
    func bytesOfGroups(within memory: Int?) -> Int {
        (memory ?? Self.defaultMemory) - besideBytes - tables.bytes - (screened?.bytes ?? 0)
    }

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
        let offered = bytesOfGroups(within: memory)
        let beside = besideBytes + tables.bytes
        guard let screened else { return beside + universality.placement(threads: threads, memory: offered).bytes }
        return beside + screened.bytes + screened.memory.placement(threads: threads, memory: offered).bytes
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
    /// What the analysis takes at most; that of a screened run's pilot is the pilot's.
    ///
    /// - Parameter memory: bytes that it is offered; nil: what it takes where nothing is said.
    func analysisBytes(within memory: Int?) -> Int { analyses.map { $0.bytes(within: memory) }.max() ?? 0 }

    /// The analyses of each group of models, one after the other. What cannot be analysed is refused where the run is planned.
    var analyses: [AnalysisFootprint] {
        let universality = universality
        let screened = workingSet.kept.flatMap { kept in
            try? AnalysisFootprint.Screened(
                kept: kept, layout: layout, replicates: replicates, universality: universality,
                limit: mostCandidates ?? CandidateRule.most)
        }
        return universality.compactMap { configuration in
            let threads = workingSet.threads
            let weights = workingSet.models[configuration.reference].flatMap { $0.directions == nil ? $0 : nil }.map {
                WeightMemory(
                    layers: $0.layers, neurons: $0.mlpWidth, width: $0.width, heads: $0.heads, vocabulary: $0.vocabularySize,
                    features: layout.tokenFeatures, threads: threads)
            }
            return try? AnalysisFootprint(
                layout: layout, replicates: replicates, shards: shards, configuration: configuration, settings: workingSet.settings,
                weights: weights, threads: threads, screened: screened)
        }
    }
}
