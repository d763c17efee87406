import Checkpoints
import Kernels
import Models
import SmallRuns
import Statistics
import Storage
import Testing

@testable import Pipeline

@Suite("A run of two architectures")
struct TwoArchitecturesTests {
    @Test("correlates the neurons of a GPT-2 with those of a GPT-NeoX over the same tokens")
    func correlations() throws {
        let folder = try PlantedFolder()
        let positions = PlantedModel.positions
        try TinyModel(layers: 2, mlp: 20, vocabulary: PlantedModel.vocabulary, positions: positions).write(to: folder.path.appending("a"))
        // Padded above the vocabulary that both share, as Pythia's embedding is.
        try TinyModel(.gptNeoX, layers: 3, mlp: 28, vocabulary: PlantedModel.vocabulary + 27, positions: 2 * positions)
            .write(to: folder.path.appending("b"))
        let run = try folder.compute()
        let outcome = try folder.analyze()
        let statistics = StoredStatistics(
            snapshot: outcome.snapshot, calibration: run.calibration, replicates: folder.configuration.replicates, domains: 1)
        let layout = statistics.layout
        #expect(layout.groups(of: "a").count == 2 && layout.groups(of: "b").count == 3)

        let tokens = try NumpyArray(mapping: folder.path.appending("tokens.npy")).values(as: Int32.self)
        let a = try activations(of: "a", tokens: tokens, in: folder)
        let b = try activations(of: "b", tokens: tokens, in: folder)
        for (layerOfA, layerOfB) in [(0, 0), (1, 2), (0, 1)] {
            let rows = layout.groups(of: "a")[layerOfA]
            let columns = layout.groups(of: "b")[layerOfB]
            let block = try #require(layout.block(rows: rows, columns: columns) ?? layout.block(rows: columns, columns: rows))
            var found = [Float](repeating: .nan, count: 20 * 28)
            try statistics.correlations(of: block, over: .all(folder.configuration.replicates), into: &found)
            for i in stride(from: 0, to: 20, by: 3) {
                for j in stride(from: 0, to: 28, by: 5) {
                    let expected = correlation(a[layerOfA], i, of: 20, b[layerOfB], j, of: 28)
                    let place = block.rows == rows ? i * 28 + j : j * 20 + i
                    #expect(abs(Double(found[place]) - expected) < 1e-4, "\(layerOfA).\(i) \(layerOfB).\(j)")
                }
            }
        }
    }

    /// A layer's activations of all tokens, `[tokens, d_mlp]`.
    private func activations(of id: String, tokens: [Int32], in folder: PlantedFolder) throws -> [[Float]] {
        let model = try TransformerModel(id: id, folder: try ModelFolder(folder.path.appending(id)))
        let workspace = try model.makeWorkspace(context: PlantedModel.positions)
        let (context, width) = (PlantedModel.positions, model.shape.mlpWidth)
        var layers = [[Float]](repeating: [], count: model.shape.layers)
        try tokens.withUnsafeBufferPointer { all in
            for start in stride(from: 0, to: all.count, by: context) {
                let row = TokenRow(
                    index: start / context, domain: 0, tokens: UnsafeBufferPointer(rebasing: all[start..<start + context]))
                try model.activations(of: row, through: model.shape.layers - 1, workspace: workspace) { layer, values in
                    layers[layer] += UnsafeBufferPointer(start: values, count: context * width)
                }
            }
        }
        return layers
    }

    private func correlation(_ x: [Float], _ i: Int, of width: Int, _ y: [Float], _ j: Int, of otherWidth: Int) -> Double {
        let count = x.count / width
        func column(_ values: [Float], _ index: Int, _ width: Int) -> [Double] {
            let all = (0..<count).map { Double(values[$0 * width + index]) }
            let mean = all.reduce(0, +) / Double(count)
            return all.map { $0 - mean }
        }
        let (u, v) = (column(x, i, width), column(y, j, otherWidth))
        func product(_ u: [Double], _ v: [Double]) -> Double { zip(u, v).reduce(0) { $0 + $1.0 * $1.1 } }
        return product(u, v) / (product(u, u) * product(v, v)).squareRoot()
    }
}
