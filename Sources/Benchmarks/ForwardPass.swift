import Foundation
import Kernels
import Models
import Statistics
import SystemPackage

/// Our forward pass over some rows.
struct ForwardPass {
    let model: TransformerModel
    let layers: Int
    let tokens: [Int32]
    let context: Int
    let team: ThreadTeam

    /// The time of all rows, in seconds.
    func seconds() throws -> Double {
        let pool = WorkspacePool(threads: team.count, sources: [model], context: context)
        // The workspaces are made beforehand, as in a run, where they live for a shard.
        for thread in 0..<team.count { _ = try pool.workspace(thread: thread, source: 0) }
        return try PairedTimes.seconds {
            try team.forEach(tokens.count / context) { row, thread in
                try run(row, count: context, in: pool.workspace(thread: thread, source: 0)) { _, _ in }
            }
        }
    }

    /// The largest deviation of the first row's activations from float64, relative to the largest activation of the layer.
    func residual(against reference: FilePath, tokens count: Int) throws -> Double {
        let width = model.columnGroups[0].columns
        let expected = try Data(contentsOf: URL(fileURLWithPath: reference.string))
        guard expected.count == layers * count * width * MemoryLayout<Float>.size else { return .infinity }
        var worst = 0.0
        let pool = WorkspacePool(threads: 1, sources: [model], context: count)
        try run(0, count: count, in: pool.workspace(thread: 0, source: 0)) { layer, values in
            expected.withUnsafeBytes { raw in
                let layerStart = layer * count * width
                var (largest, deviation) = (0.0, LargestDeviation())
                for index in 0..<count * width {
                    let exact = Double(raw.loadUnaligned(fromByteOffset: (layerStart + index) * 4, as: Float.self))
                    largest = max(largest, abs(exact))
                    deviation.add(Double(values[index]) - exact)
                }
                worst = max(worst, deviation.value / max(largest, .leastNormalMagnitude))
            }
        }
        return worst
    }

    private func run(
        _ row: Int, count: Int, in workspace: ActivationWorkspace, _ deliver: (Int, UnsafePointer<Float>) throws -> Void
    ) throws {
        try tokens.withUnsafeBufferPointer { all in
            let tokens = UnsafeBufferPointer(rebasing: all[row * context..<row * context + count])
            try model.activations(
                of: TokenRow(index: row, domain: 0, tokens: tokens), through: layers - 1, workspace: workspace, deliver: deliver)
        }
    }
}
