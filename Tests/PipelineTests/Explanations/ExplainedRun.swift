import Checkpoints
import Corpus
import Foundation
import Kernels
import SmallRuns
import Statistics
import Storage
import SystemPackage

@testable import Analysis
@testable import Models
@testable import Pipeline

/// A run of two tiny models that attend and write to the residual stream, with a mask, and what explains its neurons.
final class ExplainedRun {
    /// A line of a file of prompts, as whoever explains neurons reads it.
    struct Prompt: Decodable {
        struct Window: Decodable, Equatable {
            let row, position: Int
            let tokens: [String]
            let activations: [Float]?
            let normalized: [Int]?
            let uncounted: [Int]
        }

        let run, prompt, model, neuron: String
        let statisticsSha256: String?
        let notice: String?
        let peak: Float
        let examples: [Window]
        let heldOut: [Window]
    }

    /// An answer, as whoever explains neurons writes it.
    struct Answer: Encodable {
        var run, prompt, neuron: String
        var explanation: String
        var simulated: [[Double]]
        var explainer: String?
    }

    let planted: PlantedFolder
    var folder: RunFolder { planted.run }
    /// The mask of the run.
    static let mask: Set<Int32> = [3, 40, 77]

    /// - Parameter rows: of 32 tokens.
    init(rows: Int = 64, change: (inout Configuration) -> Void = { _ in }) throws {
        planted = try PlantedFolder(rows: rows) {
            $0.examples = ExampleSettings(count: 12, before: 5, after: 2)
            $0.corpus.mask = Self.mask.sorted().map { .id(Int($0)) }
            change(&$0)
        }
        try planted.replaceModels(layers: 3)
        try planted.compute()
    }

    /// Path of something beside the run.
    func path(_ name: String) -> FilePath { planted.path.appending(name) }

    /// The bytes of something beside the run.
    func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path(name).string)) }

    /// A job that writes prompts.
    func job(
        _ neurons: [(Int, Int)], examples: Int = 4, heldOut: Int = 5, threads: Int = 2, memory: Int? = nil
    ) -> WritePrompts {
        WritePrompts(
            folder: folder, neurons: .named(neurons.map { NeuronPlace(layer: $0.0, neuron: $0.1) }), examples: examples, heldOut: heldOut,
            context: JobContext(team: ThreadTeam(count: threads), memory: memory))
    }

    /// Writes prompts and reads them.
    @discardableResult
    func prompts(_ job: WritePrompts, to name: String = "prompts.jsonl") throws -> [Prompt] {
        _ = try job.run(to: path(name))
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try String(decoding: bytes(name), as: UTF8.self).split(separator: "\n").map {
            try decoder.decode(Prompt.self, from: Data($0.utf8))
        }
    }

    /// All activations of the reference in a row, by layer, `[context, 20]`: one row, one thread, all layers.
    func activations(ofRow row: Int) throws -> [[Float]] {
        let corpus = try RunPlan.read(folder.plan).openCorpus(in: folder)
        let model = try TransformerModel(id: "a", folder: ModelFolder(planted.configuration.models[0].path))
        let workspace = try model.makeWorkspace(context: corpus.context)
        var layers: [[Float]] = []
        try corpus.tokens(ofRow: row).withUnsafeBufferPointer { tokens in
            try model.activations(
                of: TokenRow(index: row, domain: 0, tokens: tokens), through: 2, workspace: workspace
            ) { _, values in layers.append(Array(UnsafeBufferPointer(start: values, count: corpus.context * 20))) }
        }
        return layers
    }

    /// What the held-out windows of a prompt really are.
    func real(_ prompt: Prompt) throws -> [HeldOutKey.Window] {
        let key = try HeldOutKey(of: RunPlan.read(folder.plan), in: folder)
        return key.prompts[prompt.prompt]?.windows ?? []
    }

    /// An answer whose simulated activations are a function of the real ones.
    func answer(_ prompt: Prompt, _ explanation: String, simulated: (Float) -> Double = { Double($0) }) throws -> Answer {
        Answer(
            run: prompt.run, prompt: prompt.prompt, neuron: prompt.neuron, explanation: explanation,
            simulated: try real(prompt).map { $0.activations.map(simulated) })
    }

    /// Writes answers, a line each.
    @discardableResult
    func write(_ answers: [Answer], to name: String = "answers.jsonl") throws -> FilePath {
        let lines = try answers.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) + "\n" }
        try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: path(name).string))
        return path(name)
    }

    /// Scores a file of answers.
    @discardableResult
    func score(_ answers: FilePath, on files: any FileLayer = LocalFiles()) throws -> ScoredAnswers {
        try ScoreAnswers(folder: folder, context: JobContext(team: ThreadTeam(count: 1), files: files)).run(answers)
    }
}
