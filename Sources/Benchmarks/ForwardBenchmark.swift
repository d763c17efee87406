import Checkpoints
import Foundation
import Kernels
import Models
import Statistics
import Storage
import SystemPackage

/// GPT-2 small's forward pass over 8 rows of 512 tokens without logits, against Hugging Face's on PyTorch, by turns.
struct ForwardBenchmark {
    private let configuration: BenchmarkConfiguration
    private let layers: Int
    private static let rows = 8, context = 512
    /// Tokens of the row whose activations are compared with float64.
    private static let comparedTokens = 64

    init(_ configuration: BenchmarkConfiguration) {
        self.configuration = configuration
        layers = configuration.size(quick: 4, full: 12)
    }

    func line() throws -> BenchmarkLine {
        let folder = try ScratchFolder()
        try RandomModel(layers: layers).write(to: folder.path)
        let model = try GPT2Model(id: "bench", folder: ModelFolder(folder.path), team: configuration.team)
        let tokens = Self.tokens()
        let pass = ForwardPass(model: model, layers: layers, tokens: tokens, context: Self.context, team: configuration.team)
        var line = BenchmarkLine(
            "GPT-2 small forward, \(layers) layers, \(Self.rows) x \(Self.context)", unit: "tokens/s")
        let count = Double(Self.rows * Self.context)
        guard let python = configuration.python, let peers = configuration.peers else {
            let times = try (0...configuration.rounds).map { _ in try pass.seconds() }
            line.value = count / PairedTimes.median(Array(times.dropFirst()))
            line.note = "PyTorch skipped: " + (configuration.python == nil ? "no --python" : "deploy/bench was not found")
            return line
        }
        let tokenFile = folder.path.appending("tokens.i32")
        try tokens.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: tokenFile.string)) }
        do {
            let peer = try PeerProcess(
                python: python, folder: peers, script: "forward_peer.py",
                arguments: [folder.path.string, tokenFile.string, "\(Self.rows)", "\(Self.context)", "\(configuration.team.count)"],
                threads: configuration.team.count)
            let times = try PairedTimes.measure(rounds: configuration.rounds, ours: pass.seconds) { try peer.seconds() }
            line.value = count / times.seconds
            line.against = .peer("PyTorch", count / times.theirSeconds)
            line.ratio = times.ratio
            line.note = "PyTorch \(Int((count / times.theirSeconds).rounded())) tokens/s (\(peer.versions))"
            let reference = folder.path.appending("reference.f32")
            _ = try peer.ask("reference \(reference) \(Self.comparedTokens)")
            line.residual = try pass.residual(against: reference, tokens: Self.comparedTokens)
            line.tolerance = 2e-5
        } catch BenchmarkError.peerFailed(let script, let reason) {
            let times = try (0...configuration.rounds).map { _ in try pass.seconds() }
            line.value = count / PairedTimes.median(Array(times.dropFirst()))
            line.note = "PyTorch skipped: \(script): \(reason)"
        }
        return line
    }

    private static func tokens() -> [Int32] {
        var numbers = SeededFloats(seed: 512)
        return (0..<rows * context).map { _ in Int32(numbers.nextBits() % UInt64(RandomModel.vocabulary)) }
    }
}

/// Our forward pass over some rows.
private struct ForwardPass {
    let model: GPT2Model
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
                var (largest, error) = (0.0, 0.0)
                for index in 0..<count * width {
                    let exact = Double(raw.loadUnaligned(fromByteOffset: (layerStart + index) * 4, as: Float.self))
                    largest = max(largest, abs(exact))
                    let deviation = abs(Double(values[index]) - exact)
                    error = deviation.isNaN ? .infinity : max(error, deviation)
                }
                worst = max(worst, error / max(largest, .leastNormalMagnitude))
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
