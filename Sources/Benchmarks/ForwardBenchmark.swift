import Checkpoints
import Diagnostics
import Foundation
import Kernels
import Models
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

    /// What the names of the lines begin with.
    static let name = "GPT-2 small forward", compiledName = "forward against torch.compile"
    private var shape: String { "\(layers) layers, \(Self.rows) x \(Self.context)" }

    /// Against PyTorch as it is, and against what `torch.compile` makes of it, where that works.
    func lines() throws -> [BenchmarkLine] {
        let folder = try ScratchFolder()
        try RandomModel(layers: layers).write(to: folder.path)
        let model = try TransformerModel(id: "bench", folder: ModelFolder(folder.path), team: configuration.team)
        let tokens = Self.tokens()
        let pass = ForwardPass(model: model, layers: layers, tokens: tokens, context: Self.context, team: configuration.team)
        guard let python = configuration.python, let peers = configuration.peers else {
            return try alone(pass, because: configuration.python == nil ? "no --python" : "deploy/bench was not found")
        }
        let tokenFile = folder.path.appending("tokens.i32")
        try tokens.withUnsafeBytes { try Data($0).write(to: URL(fileURLWithPath: tokenFile.string)) }
        do {
            let peer = try PeerProcess(
                python: python, folder: peers, script: "forward_peer.py",
                arguments: [folder.path.string, tokenFile.string, "\(Self.rows)", "\(Self.context)", "\(configuration.team.count)"],
                threads: configuration.team.count)
            var line = try compare(pass, with: "PyTorch", named: Self.name) { try peer.seconds() }
            line.note = (line.note ?? "") + " (\(peer.versions))"
            let reference = folder.path.appending("reference.f32")
            _ = try peer.ask("reference \(reference) \(Self.comparedTokens)")
            line.residual = try pass.residual(against: reference, tokens: Self.comparedTokens)
            line.tolerance = 2e-5
            return [line, try compiledLine(pass, peer)]
        } catch BenchmarkError.peerFailed(let script, let reason) {
            return try alone(pass, because: "\(script): \(reason)")
        }
    }

    private func compiledLine(_ pass: ForwardPass, _ peer: PeerProcess) throws -> BenchmarkLine {
        // It needs a C++ compiler, and not every version of Python has it.
        let answer = try peer.ask("compile")
        guard answer == "done" else {
            return .skipped("\(Self.compiledName), \(shape)", unit: Self.unit, because: answer.printable(limit: 200))
        }
        return try compare(pass, with: "torch.compile", named: Self.compiledName) { try peer.seconds("compiled") }
    }

    private static let unit = "tokens/s"
    private var count: Double { Double(Self.rows * Self.context) }

    private func compare(
        _ pass: ForwardPass, with peer: String, named name: String, seconds: () throws -> Double
    ) throws -> BenchmarkLine {
        let times = try PairedTimes.measure(rounds: configuration.rounds, ours: pass.seconds, theirs: seconds)
        let theirs = count / times.theirSeconds
        return BenchmarkLine(
            "\(name), \(shape)", value: count / times.seconds, unit: Self.unit, against: .peer(peer, theirs), ratio: times.ratio,
            note: "\(peer) \(Int(theirs.rounded())) tokens/s; \(try share(of: pass, seconds: times.seconds))")
    }

    private func alone(_ pass: ForwardPass, because reason: String) throws -> [BenchmarkLine] {
        let seconds = PairedTimes.median(Array(try (0...configuration.rounds).map { _ in try pass.seconds() }.dropFirst()))
        return [
            BenchmarkLine(
                "\(Self.name), \(shape)", value: count / seconds, unit: Self.unit,
                note: "\(try share(of: pass, seconds: seconds)); PyTorch skipped: \(reason)"),
            .skipped("\(Self.compiledName), \(shape)", unit: Self.unit, because: reason),
        ]
    }

    /// The speed of the pass's operations, and what that is of bare products' on the same threads.
    private func share(of pass: ForwardPass, seconds: Double) throws -> String {
        let operations = count * Double(pass.model.shape.flopsPerToken(through: layers - 1, context: Self.context))
        let bare = try SpeedProbe.gigaflopsPerSecond(team: configuration.team)
        return OperationSpeed(operations: operations, seconds: seconds, bare: bare).description
    }

    private static func tokens() -> [Int32] {
        var numbers = SeededFloats(seed: 512)
        return (0..<rows * context).map { _ in Int32(numbers.nextBits() % UInt64(RandomModel.vocabulary)) }
    }
}
