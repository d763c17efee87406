import Analysis
import Models
import Statistics

/// The mean activations of a model's neurons, as well as its run knows them: exact where the sums of all shards lie in the run's folder, else
/// provisional. The means of what goes into nonlinearities are exact: those of a reference, where the plan keeps its moments (SPEC 4).
struct NeuronMeans {
    /// Which of the two they are.
    let origin: MeanOrigin
    /// By layer, `[neurons]`; none of layers that nobody asked for.
    private let values: [[Float]]

    /// The means of some layers' neurons, all of one origin.
    ///
    /// - Throws: `PipelineError.meanNotKept`, `.meanNotHere`, `.corpusChanged`; errors of the store and of the calibration's file.
    init(of layers: Set<Int>, at place: Intervention.Place, model: String, plan: RunPlan, in folder: RunFolder) throws {
        let groups = plan.layout.groups(of: model)
        func values(_ means: (Int) throws -> [Float]?) rethrows -> [[Float]]? {
            var values: [[Float]] = []
            for (layer, group) in groups.enumerated() {
                guard let means = try layers.contains(layer) ? means(group) : [] else { return nil }
                values.append(means)
            }
            return values
        }
        if place == .pre {
            let kept = plan.modelsWithMoments
            guard kept.contains(model) else { throw PipelineError.meanNotKept(model: model, kept: kept) }
        }
        let sums = try RunSums(of: plan, in: folder)
        if let exact = try values({ try sums?.means(ofGroup: $0, at: place) }) {
            (origin, self.values) = (.exact, exact)
        } else if place == .post {
            let calibration = try CalibrationFile.read(folder.calibration, layout: plan.layout, digest: plan.numbers.calibration)
            (origin, self.values) = (.provisional, values { calibration.groups[$0].mean } ?? [])
        } else {
            throw PipelineError.meanNotHere(folder: folder.path, model: model)
        }
    }

    /// The mean of a neuron of a layer that was asked for.
    subscript(neuron: NeuronPlace) -> Float { values[neuron.layer][neuron.neuron] }

    /// The sums in a run's folder, and which of them are whole.
    private struct RunSums {
        private let statistics: StoredStatistics
        private let strata: Int
        private let blocks: [Block]

        /// Nil where there are none, as before anything is computed or where reducers elsewhere have them.
        init?(of plan: RunPlan, in folder: RunFolder) throws {
            let snapshot = try StoreSnapshot(of: plan.store(in: folder), strata: plan.numbers.corpus.strata)
            if snapshot.isEmpty { return nil }
            strata = plan.numbers.corpus.strata
            statistics = try plan.statistics(in: snapshot, calibrationOf: folder)
            let (missing, shards) = (MissingTasks(snapshot: snapshot, plan: plan), plan.shards(of: try plan.openCorpus(in: folder)))
            blocks = plan.layout.blocks.filter { block in shards.allSatisfy { missing.blocks([block.index], lacking: $0).isEmpty } }
        }

        /// The means of a group's columns; nil where they are not over all shards.
        func means(ofGroup group: Int, at place: Intervention.Place) throws -> [Float]? {
            switch place {
            case .pre: try inputMeans(ofGroup: group)
            case .post: try outputMeans(ofGroup: group)
            }
        }

        /// Of activations: by any block of the group that has all shards. Each has the same sums of them.
        private func outputMeans(ofGroup group: Int) throws -> [Float]? {
            guard let block = blocks.first(where: { $0.rows == group || $0.columns == group }) else { return nil }
            let moments = try statistics.moments(of: block, over: .all(statistics.replicates))
            return (block.rows == group ? moments.rows : moments.columns).mean.map { Float($0) }
        }

        /// Of pre-activations: by the moments that come with the group's within-layer block.
        private func inputMeans(ofGroup group: Int) throws -> [Float]? {
            guard blocks.contains(where: { $0.isWithin && $0.rows == group }),
                let sums = try statistics.snapshot.moments(of: group, strata: strata)?.sums
            else { return nil }
            var moments = PreActivationMoments()
            moments.append(sums, neurons: sums.columns)
            return moments.mean.map { Float($0) }
        }
    }
}

extension RunPlan {
    /// The models the moments of whose pre-activations are kept: the references, or none.
    fileprivate var modelsWithMoments: [String] {
        guard numbers.moments != nil else { return [] }
        return numbers.models.map(\.id).filter { layout.groups(of: $0).first.map(layout.isReference) == true }
    }
}
