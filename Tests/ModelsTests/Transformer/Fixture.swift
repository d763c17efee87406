import Checkpoints
import Foundation
import Kernels
import Statistics
import Storage
import SystemPackage

@testable import Models

/// A tiny model that transformers saved, its rows of tokens, and the activations that transformers gives for them.
struct Fixture {
    static let names = [
        "GPT2/default", "GPT2/crfm", "GPT2/odd-shapes", "GPT2/one-head-one-layer", "GPT2/one-token-rows", "GPT2/gelu-erf-float16",
        "GPT2/relu-bfloat16", "GPT2/sharded", "GPT2/plain-names", "GPT2/untied", "GPT2/unscaled", "GPT2/buffers", "GPT2/long-rows",
        "GPT2/without-norms",
        "GPTNeoX/pythia", "GPTNeoX/sequential", "GPTNeoX/whole-heads", "GPTNeoX/odd-rotation", "GPTNeoX/without-attention-bias",
        "GPTNeoX/without-rotation", "GPTNeoX/one-head-one-layer", "GPTNeoX/plain-names", "GPTNeoX/tied-gelu-tanh",
        "GPTNeoX/sharded-float16", "GPTNeoX/long-rows",
    ]

    static let root = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent().removingLastComponent()

    let folder: ModelFolder
    let tokens: [Int32]
    let rows: Int
    let context: Int
    /// `[rows, context, d_mlp]` for each layer.
    let expected: [[Float]]

    init(_ name: String) throws {
        let path = Self.root.appending("Tests/Fixtures/\(name)")
        folder = try ModelFolder(path)
        let arrays = try NumpyArchive.read(path.appending("expected.npz"))
        guard let ids = arrays["tokens"] else { throw StorageError.notFound(path.appending("tokens")) }
        tokens = try ids.values(as: Int32.self)
        rows = ids.shape[0]
        context = ids.shape[1]
        expected = try (0..<folder.configuration.layers).compactMap { try arrays["layer\($0)"]?.values(as: Float.self) }
    }
}

extension TransformerModel {
    /// The activations of rows of tokens, for each layer `[rows, context, d_mlp]`; rows are shared among the threads of a team.
    func allActivations(
        of tokens: [Int32], context: Int, through layer: Int? = nil, team: ThreadTeam = ThreadTeam(count: 1)
    ) throws -> [[Float]] {
        let last = layer ?? loadedLayers - 1
        let rows = tokens.count / context
        let size = context * shape.mlpWidth
        let results = (0...last).map { _ in FloatBuffer(count: rows * size) }
        let workspaces = Workspaces(try (0..<team.count).map { _ in try makeWorkspace(context: context) })
        try team.forEach(rows) { row, thread in
            try tokens.withUnsafeBufferPointer { all in
                let ids = UnsafeBufferPointer(rebasing: all[row * context..<(row + 1) * context])
                try activations(of: TokenRow(index: row, domain: 0, tokens: ids), through: last, workspace: workspaces.all[thread]) {
                    (results[$0].pointer + row * size).update(from: $1, count: size)
                }
            }
        }
        return results.map { Array($0.values) }
    }
}

/// Workspaces, of which each thread uses its own.
private struct Workspaces: @unchecked Sendable {
    let all: [ActivationWorkspace]

    init(_ all: [ActivationWorkspace]) {
        self.all = all
    }
}
