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
        "default", "crfm", "odd-shapes", "one-head-one-layer", "one-token-rows", "gelu-erf-float16", "relu-bfloat16", "sharded",
        "plain-names", "untied", "unscaled", "buffers", "long-rows",
    ]

    static let root = FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent().removingLastComponent()

    let folder: ModelFolder
    let tokens: [Int32]
    let rows: Int
    let context: Int
    /// `[rows, context, d_mlp]` for each layer.
    let expected: [[Float]]

    init(_ name: String) throws {
        let path = Self.root.appending("Tests/Fixtures/GPT2/\(name)")
        folder = try ModelFolder(path)
        let arrays = try NumpyArchive.read(path.appending("expected.npz"))
        guard let ids = arrays["tokens"] else { throw StorageError.notFound(path.appending("tokens")) }
        tokens = try ids.values(as: Int32.self)
        rows = ids.shape[0]
        context = ids.shape[1]
        expected = try (0..<folder.configuration.layers).compactMap { try arrays["layer\($0)"]?.values(as: Float.self) }
    }
}

extension GPT2Model {
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
