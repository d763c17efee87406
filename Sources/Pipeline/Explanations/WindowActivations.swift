import Analysis
import Corpus
import Kernels
import Models
import Statistics

/// The activations of single neurons at all tokens of some windows, from forward passes through the model.
///
/// A row is computed once for all windows in it, and only up to the highest layer that is asked of it. A row is one thread's work, so the
/// numbers are the same bits for any number of threads, and the same as in the run's statistics.
struct WindowActivations {
    /// A neuron's activations in a window are wanted.
    struct Request: Sendable {
        let neuron: NeuronPlace
        let window: TokenWindow
    }

    let model: TransformerModel
    let corpus: PackedCorpus
    let context: JobContext

    /// The activations of each request, `[tokens of its window]`.
    ///
    /// Memory: beside the model, eight bytes for each token of all windows, and the scratch of as many threads as fit.
    ///
    /// - Throws: `ModelError`, `PipelineError.stopped`.
    func values(of requests: [Request]) throws -> [[Float]] {
        var offsets: [Int] = []
        var total = 0
        for request in requests {
            offsets.append(total)
            total += request.window.count
        }
        let ofRow = Dictionary(grouping: requests.indices) { requests[$0].window.row }
        let rows = ofRow.keys.sorted()
        let buffer = FloatBuffer(count: total)
        // The numbers, and the lists of them that are given back.
        let team = context.team(
            beside: model.shape.weightBytes(through: model.loadedLayers - 1) + 2 * 4 * total,
            each: model.shape.workspaceBytes(context: corpus.context))
        let pool = WorkspacePool(threads: team.count, sources: [model], context: corpus.context)
        let (progress, stop) = (context.progress, context.stop)
        progress.begin(ProgressStage("computing activations", unit: .rows, total: rows.count))
        defer { progress.end() }
        try team.forEach(rows.count) { [offsets] item, thread in
            try stop.check()
            let wanted = ofRow[rows[item]] ?? []
            let highest = wanted.map { requests[$0].neuron.layer }.max() ?? 0
            try corpus.tokens(ofRow: rows[item]).withUnsafeBufferPointer { tokens in
                let row = TokenRow(index: rows[item], domain: corpus.domain(ofRow: rows[item]), tokens: tokens)
                try model.activations(of: row, through: highest, workspace: pool.workspace(thread: thread, source: 0)) { layer, values in
                    let columns = model.columnGroups[layer].columns
                    for index in wanted where requests[index].neuron.layer == layer {
                        let (window, column) = (requests[index].window, requests[index].neuron.neuron)
                        let target = buffer.pointer + offsets[index]
                        for place in 0..<window.count { target[place] = values[(window.first + place) * columns + column] }
                    }
                }
            }
            progress.advance(by: 1)
        }
        corpus.forgetPages()
        return zip(requests, offsets).map { Array(UnsafeBufferPointer(start: buffer.pointer + $1, count: $0.window.count)) }
    }
}
