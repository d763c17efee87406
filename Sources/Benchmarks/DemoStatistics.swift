import Kernels
import Pipeline
import Statistics
import SystemPackage

/// The demo's statistics over some tokens, for as long as this object lives.
final class DemoStatistics {
    let statistics: StoredStatistics
    private let replicates: Int
    private let folder: ScratchFolder

    init(_ file: FilePath, _ precision: StatisticsPrecision, tokens: Int, team: ThreadTeam) throws {
        folder = try ScratchFolder()
        var demo = try Configuration.load(file)
        demo.tokens = .tokens(tokens)
        demo.shard = .tokens(tokens)
        demo.replicates = 2
        demo.features.isEnabled = false
        demo.precision = precision
        let context = JobContext(team: team)
        let run = try RunJob(configuration: demo, folder: RunFolder(folder.path.appending("run")), context: context).run()
        let corpus = run.plan.numbers.corpus
        replicates = corpus.replicates
        statistics = StoredStatistics(
            snapshot: try StoreSnapshot(of: run.store, strata: corpus.strata), calibration: run.calibration, replicates: replicates,
            domains: 1)
    }

    /// The errors of all correlations between models.
    func errors(against exact: DemoStatistics, team: ThreadTeam) throws -> CorrelationErrors {
        let (ours, theirs, set) = (statistics, exact.statistics, ReplicateSet.all(replicates))
        let layout = ours.layout
        let blocks = layout.blocks.filter { !$0.isWithin }
        let all = try team.map(blocks.count) { item, _ in
            let block = blocks[item]
            let count = layout.entries(of: block)
            let (rounded, reference) = (FloatBuffer(count: count), FloatBuffer(count: count))
            try ours.correlations(of: block, over: set, into: rounded.pointer)
            try theirs.correlations(of: block, over: set, into: reference.pointer)
            var errors = CorrelationErrors(neurons: layout.groups[block.rows].columns)
            for index in 0..<count { errors.add(Double(rounded.pointer[index]) - Double(reference.pointer[index])) }
            return errors
        }
        return all.reduce(into: CorrelationErrors(neurons: 0)) { $0.add($1) }
    }
}
