import Checkpoints
import Foundation
import Kernels
import Models
import Statistics

/// A shard of random models over random tokens, whose sums can be computed again and again: forward passes and products, as a task has them.
struct RandomShard {
    let layout: StatisticsLayout
    let settings = AccumulationSettings()
    private let job: RandomJob
    private let models: [TransformerModel]
    private let calibration: Calibration
    private let isCounted: [Bool]
    private let rows: ShardRows
    private let team: ThreadTeam

    /// - Parameter shape: all of its rows are the shard.
    init(_ shape: RandomJob.Shape, team: ThreadTeam) throws {
        job = try RandomJob(shape)
        self.team = team
        let models = try job.models.enumerated().map { index, path in
            try TransformerModel(id: "m\(index)", folder: ModelFolder(path), team: team)
        }
        let layout = StatisticsLayout(models: models.map(\.columnGroups), features: [], pairing: .reference)
        let ids = try Data(contentsOf: URL(fileURLWithPath: job.tokens.string)).withUnsafeBytes { Array($0.bindMemory(to: Int32.self)) }
        let rows = ShardRows(
            context: shape.context, indices: Array(0..<shape.rows), domains: Array(repeating: 0, count: shape.rows), tokens: ids)
        let isCounted = [Bool](repeating: true, count: shape.vocabularySize)
        let passes = try models.map { model in
            try CalibrationPass(layout: layout, source: model, isCounted: isCounted, tokens: 4_096, team: team).calibration(over: rows)
        }
        calibration = Calibration(groups: passes.flatMap(\.groups), tokens: passes.first?.tokens ?? 0)
        (self.models, self.layout, self.rows, self.isCounted) = (models, layout, rows, isCounted)
    }

    /// Tokens, all of which count.
    var tokens: Int { rows.tokens.count }

    /// Floating-point operations of the forward passes.
    var forwardOperations: Double {
        models.reduce(0.0) { $0 + Double($1.shape.flopsPerToken(through: $1.shape.layers - 1, context: rows.context)) } * Double(tokens)
    }

    /// Floating-point operations of the products of all pairs.
    var productOperations: Double {
        layout.blocks.reduce(0.0) { $0 + Double(Tiling($1, in: layout, edge: settings.tile).entries) } * 2 * Double(tokens)
    }

    /// So many random partners of each neuron of the reference in each other model, and the other way round; nil where the layout has none.
    func candidates(ofEach partners: Int) -> CandidatePairs? {
        var numbers = SeededFloats(seed: 77)
        let neurons = job.shape.neurons
        let sides = models.dropFirst().flatMap { [(models[0].id, $0.id), ($0.id, models[0].id)] }
        let lists = sides.map { source, partner in
            CandidateList(
                source: source, partnerSource: partner, length: partners,
                partners: (0..<neurons * partners).map { _ in Int32(numbers.nextBits() % UInt64(neurons)) })
        }
        return CandidatePairs(lists, layout: layout, edge: settings.tile)
    }

    /// All sums of the shard.
    ///
    /// - Parameter candidates: whose sums alone are kept; nil for all pairs.
    func partial(_ candidates: CandidatePairs?) throws -> Partial {
        try ShardComputation(
            layout: layout, settings: settings, calibration: calibration, examples: ExampleSettings(), candidates: candidates,
            isCounted: isCounted, sources: models, team: team, worker: "bench"
        ).partial(of: layout.blocks, shard: 0, stratum: 0, rows: rows)
    }

    /// The seconds of the forward passes and nothing else.
    func forwardSeconds() throws -> Double {
        try models.reduce(0) { sum, model in
            try sum
                + ForwardPass(model: model, layers: job.shape.layers, tokens: rows.tokens, context: rows.context, team: team).seconds()
        }
    }
}
