import Checkpoints
import Kernels
import Statistics
import Storage
import Testing

@testable import Models

@Suite("A model whose columns are directions")
struct ProjectedModelTests {
    private static let folders = ["a": "GPT2/long-rows", "b": "GPTNeoX/long-rows"]
    private let arrays: [String: NumpyArray]

    init() throws {
        OpenBLAS.useOneThread()
        arrays = try NumpyArchive.read(Fixture.root.appending("Tests/Fixtures/Bases/bases.npz"))
    }

    private func matrix(_ name: String) throws -> FloatBuffer {
        let values = try #require(arrays[name]).values(as: Double.self).map { Float($0) }
        let buffer = FloatBuffer(count: values.count)
        for (place, value) in values.enumerated() { buffer.pointer[place] = value }
        return buffer
    }

    private func projected(_ id: String, _ kind: String, columns: Int) throws -> ProjectedModel {
        let name = try #require(Self.folders[id])
        let model = try TransformerModel(id: id, folder: ModelFolder(Fixture.root.appending("Tests/Fixtures/\(name)")))
        return ProjectedModel(model, directions: try (0..<2).map { try matrix("\(id)_\(kind)_\($0)") }, columns: columns)
    }

    /// Columns of some rows of tokens, for each layer `[rows · context, columns]`.
    private func columns(_ source: ProjectedModel, tokens: [Int32], context: Int, threads: Int) throws -> [[Float]] {
        let rows = tokens.count / context
        let size = context * source.columnGroups[0].columns
        let results = source.columnGroups.map { _ in FloatBuffer(count: rows * size) }
        let pool = WorkspacePool(threads: threads, sources: [source], context: context)
        try ThreadTeam(count: threads).forEach(rows) { row, thread in
            let workspace = try pool.workspace(thread: thread, source: 0)
            try tokens.withUnsafeBufferPointer { all in
                let ids = UnsafeBufferPointer(rebasing: all[row * context..<(row + 1) * context])
                try source.activations(of: TokenRow(index: row, domain: 0, tokens: ids), through: 1, workspace: workspace) {
                    layer, values in
                    (results[layer].pointer + row * size).update(from: values, count: size)
                }
            }
        }
        return results.map { Array($0.values) }
    }

    @Test("columns are numpy's product of transformers' activations with the directions, within 1e-5", arguments: ["a", "b"])
    func numpy(id: String) throws {
        let tokens = try #require(arrays["tokens"])
        let context = tokens.shape[1]
        let found = try columns(
            projected(id, "rotation", columns: 12), tokens: Array(tokens.values(as: Int32.self).prefix(4 * context)), context: context,
            threads: 2)
        #expect(found.count == 2)
        for (layer, values) in found.enumerated() {
            let expected = try #require(arrays["\(id)_columns_\(layer)"]).values(as: Float.self)
            #expect(values.count == expected.count)
            let largest = expected.map(abs).max() ?? 0
            let error = zip(values, expected).map { abs($0 - $1) }.max() ?? .infinity
            #expect(error <= 1e-5 * max(1, largest), "layer \(layer): \(error) of \(largest)")
        }
    }

    @Test("columns are the same bits on 1, 2 and 3 threads and whatever the other rows are")
    func sameBits() throws {
        let tokens = try #require(arrays["tokens"])
        let context = tokens.shape[1]
        let all = try tokens.values(as: Int32.self)
        // Fewer columns than neurons.
        let source = try projected("b", "directions", columns: 4)
        let alone = try columns(source, tokens: Array(all.prefix(context)), context: context, threads: 1)
        for threads in 1...3 {
            let found = try columns(source, tokens: all + all.prefix(context), context: context, threads: threads)
            for (values, expected) in zip(found, alone) {
                #expect(expected.count == 4 * context)
                #expect(values.prefix(expected.count).map(\.bitPattern) == expected.map(\.bitPattern))
                #expect(values.suffix(expected.count).map(\.bitPattern) == expected.map(\.bitPattern))
            }
        }
    }

    @Test("a shape with directions counts their memory and work, layer by layer")
    func shape() throws {
        let plain = try projected("a", "rotation", columns: 12).model.shape
        let shape = plain.projected(on: 5)
        #expect(plain.columns == 12 && shape.columns == 5 && plain.projected(on: nil) == plain)
        for layer in 0..<2 {
            #expect(shape.weightBytes(through: layer) - plain.weightBytes(through: layer) == 4 * (layer + 1) * 5 * 12)
            #expect(
                shape.flopsPerToken(through: layer, context: 40) - plain.flopsPerToken(through: layer, context: 40)
                    == 2 * (layer + 1) * 5 * 12)
        }
        #expect(shape.workspaceBytes(context: 40) - plain.workspaceBytes(context: 40) == 4 * 40 * 5)
    }
}
