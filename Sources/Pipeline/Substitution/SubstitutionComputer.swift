import Analysis
import Checkpoints
import Kernels
import Models
import Statistics

/// Computes the batches of a question about neurons of one model in the place of another's, from tokens that it is given.
struct SubstitutionComputer: BatchComputer {
    private let computation: PredictionComputation<SubstitutionPass>
    /// What is kept in memory whatever the threads, in bytes.
    private let byteCount: Int
    private let context: JobContext

    /// Loads the two models and prepares the question's conditions.
    ///
    /// - Parameters:
    ///   - folder: the model that predicts, checked by its content hash.
    ///   - otherFolder: the same of the model that drives its neurons.
    ///   - context: threads that share the preparation, memory, a way to be stopped.
    /// - Throws: `ModelError`, `CheckpointError`, `PipelineError.stopped`.
    init(
        _ question: SubstitutionQuestion, model folder: ModelFolder, from otherFolder: ModelFolder, context: JobContext
    ) throws {
        self.context = context
        let model = try TransformerModel(id: question.model, folder: folder, team: context.team)
        let unembedding = try Unembedding(of: model, folder: folder, team: context.team)
        try context.stop.check()
        // Layers behind the last one that drives a neuron are not loaded.
        let last = question.neurons.flatMap { [$0.match.layer, $0.random.layer] }.max() ?? 0
        let other = try TransformerModel(id: question.other, folder: otherFolder, throughLayer: last, team: context.team)
        let pass = try SubstitutionPass(unembedding, other: other, conditions: question.conditions)
        computation = PredictionComputation(pass, measures: question.measures)
        byteCount =
            model.shape.weightBytes(through: model.shape.layers - 1) + unembedding.byteCount + other.shape.weightBytes(through: last)
    }

    func team(context length: Int) -> ThreadTeam {
        context.team(beside: byteCount, each: computation.pass.workspaceBytes(context: length))
    }

    func sums(of rows: ShardRows, check: () throws -> Void, finishRow: () -> Void) throws -> PredictionRows {
        try computation.sums(of: rows, check: check, finishRow: finishRow)
    }
}
