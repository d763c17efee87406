import Analysis
import Models
import Statistics
import Storage
import SystemPackage

/// What the authors' tables of explanations are made of: the statistics of the features, where the run has some and they are those of its
/// results.
enum AuthorsExplanations {
    /// They are here.
    case statistics(StoredStatistics, features: [FeatureColumn])
    /// They are not, for people: why.
    case absent(String)

    /// Looks for those of a run's results.
    ///
    /// - Throws: `PipelineError.planDamaged` for another feature bank, `.corpusChanged`; errors of the store and the files. What was removed
    ///   to save space is no error.
    init(of results: RunResults, plan: RunPlan) throws {
        let folder = results.folder
        guard plan.numbers.features != nil else {
            self = .absent("no tables of explanations: the run has no features that could explain its neurons")
            return
        }
        let parts = [(folder.features, Folder.holdsFile), (folder.calibration, Folder.holdsFile), (folder.corpus, Folder.exists)]
        if let missing = parts.first(where: { !$1($0) }) {
            self = .absent("no tables of explanations: \(missing.0) is not there any more")
            return
        }
        guard let features = try plan.openFeatures(in: folder), let snapshot = try Self.snapshot(of: results, plan: plan) else {
            self = .absent(
                "no tables of explanations: \(folder.path) does not have the statistics that its results are of; `gather \(folder.path) "
                    + "--statistics` brings those that reducers have, and `analyze \(folder.path)` makes results of those that are there")
            return
        }
        self = .statistics(try plan.statistics(in: snapshot, calibrationOf: folder), features: features.columns)
    }

    /// What the results were made of; nil where the run's folder has none of it any more, or not yet.
    private static func snapshot(of results: RunResults, plan: RunPlan) throws -> StoreSnapshot? {
        let (summary, strata) = (results.summary, plan.numbers.corpus.strata)
        let all: StoreSnapshot
        do {
            all = try StoreSnapshot(of: plan.store(in: results.folder), strata: strata)
        } catch StatisticsError.changedMeanwhile {
            // Somebody folds: the results are not of what comes of it.
            return nil
        }
        if all.isEmpty { return nil }
        let shards = plan.shards(of: try plan.openCorpus(in: results.folder))
        func isThat(_ snapshot: StoreSnapshot) -> Bool {
            let found = MissingTasks(snapshot: snapshot, plan: plan).incompleteness(of: shards) {
                snapshot.tokens(ofBlock: $0, strata: strata)
            }
            guard found == summary.incomplete else { return false }
            return found != nil || snapshot.tokens(ofBlock: 0, strata: strata) == summary.tokens
        }
        if isThat(all) { return all }
        // Results of a run that goes on are of what every block had.
        guard let common = try? all.restrictedToCommonShards(strata: strata), !common.isEmpty else { return nil }
        return isThat(common) ? common : nil
    }

    /// Writes the tables of a model that is explained, one a layer; memory holds one layer's correlations, 4 bytes · neurons · features.
    ///
    /// - Parameters:
    ///   - model: its id; of one that is not explained there are none.
    ///   - place: where a layer's goes.
    /// - Throws: `StatisticsError`; errors of the disk.
    func write(of model: String, names: ColumnNames, on files: some FileLayer, to place: (_ layer: Int) throws -> FilePath) throws {
        guard case .statistics(let statistics, let features) = self else { return }
        let (layout, table) = (statistics.layout, FeatureCorrelationTable(features: features))
        guard let columns = layout.groups(of: FeatureBank.sourceID).first else { return }
        for rows in layout.groups(of: model) {
            guard let block = layout.block(rows: rows, columns: columns) else { return }
            let group = layout.groups[rows]
            let correlations = UnsafeMutableBufferPointer<Float>.allocate(capacity: layout.entries(of: block))
            defer { correlations.deallocate() }
            guard let base = correlations.baseAddress else { continue }
            try statistics.correlations(of: block, over: .all(statistics.replicates), into: base)
            try table.write(
                neurons: (0..<group.columns).map { names.name(layer: group.layer, column: $0) },
                correlations: UnsafeBufferPointer(correlations), to: place(group.layer), on: files)
        }
    }
}
