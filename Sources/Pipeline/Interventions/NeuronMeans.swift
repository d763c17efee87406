import Analysis
import Statistics

/// The mean activations of a model's neurons, as well as its run knows them: exact where the sums of all shards lie in the run's folder, else
/// provisional.
struct NeuronMeans {
    /// Which of the two they are.
    let origin: MeanOrigin
    /// By layer, `[neurons]`; none of layers that nobody asked for.
    private let values: [[Float]]

    /// The means of some layers' neurons, all of one origin.
    ///
    /// - Throws: `PipelineError.corpusChanged`; errors of the store and of the calibration's file.
    init(of layers: Set<Int>, model: String, plan: RunPlan, in folder: RunFolder) throws {
        let groups = plan.layout.groups(of: model)
        func values(_ means: (Int) throws -> [Float]?) rethrows -> [[Float]]? {
            var values: [[Float]] = []
            for (layer, group) in groups.enumerated() {
                guard let means = try layers.contains(layer) ? means(group) : [] else { return nil }
                values.append(means)
            }
            return values
        }
        let sums = try RunSums(of: plan, in: folder)
        if let exact = try values({ try sums?.means(ofGroup: $0) }) {
            (origin, self.values) = (.exact, exact)
        } else {
            let calibration = try CalibrationFile.read(folder.calibration, layout: plan.layout, digest: plan.numbers.calibration)
            (origin, self.values) = (.provisional, values { calibration.groups[$0].mean } ?? [])
        }
    }

    /// The mean of a neuron of a layer that was asked for.
    subscript(neuron: NeuronPlace) -> Float { values[neuron.layer][neuron.neuron] }

    /// The sums in a run's folder, and which of them are whole.
    private struct RunSums {
        let statistics: StoredStatistics
        let blocks: [Block]

        /// Nil where there are none, as before anything is computed or where reducers elsewhere have them.
        init?(of plan: RunPlan, in folder: RunFolder) throws {
            let snapshot = try StoreSnapshot(of: plan.store(in: folder), strata: plan.numbers.corpus.strata)
            if snapshot.isEmpty { return nil }
            statistics = try plan.statistics(in: snapshot, calibrationOf: folder)
            let (missing, shards) = (MissingTasks(snapshot: snapshot, plan: plan), plan.shards(of: try plan.openCorpus(in: folder)))
            blocks = plan.layout.blocks.filter { block in shards.allSatisfy { missing.blocks([block.index], lacking: $0).isEmpty } }
        }

        /// The means of a group's columns; nil where none of its blocks has all shards. Each has the same sums of them.
        func means(ofGroup group: Int) throws -> [Float]? {
            guard let block = blocks.first(where: { $0.rows == group || $0.columns == group }) else { return nil }
            let moments = try statistics.moments(of: block, over: .all(statistics.replicates))
            return (block.rows == group ? moments.rows : moments.columns).mean.map { Float($0) }
        }
    }
}
