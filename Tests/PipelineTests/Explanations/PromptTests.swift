import Foundation
import SmallRuns
import Statistics
import Storage
import Testing

@testable import Analysis
@testable import Pipeline

@Suite("Prompts for explainers")
struct PromptTests {
    private let neurons = [(2, 7), (0, 3), (1, 0), (1, 19)]

    @Test("have the tokens of the corpus's rows and the model's activations at them, to the bit; the tokens of the mask are named")
    func activations() throws {
        let run = try ExplainedRun()
        let plan = try RunPlan.read(run.folder.plan)
        let corpus = try plan.openCorpus(in: run.folder)
        let prompts = try run.prompts(run.job(neurons))
        #expect(prompts.map(\.neuron) == ["2.7", "0.3", "1.0", "1.19"])
        for (prompt, (layer, neuron)) in zip(prompts, neurons) {
            #expect(prompt.run == plan.identity.hex && prompt.model == "a" && prompt.statisticsSha256 == nil)
            #expect(prompt.examples.count == 4 && prompt.heldOut.count == 5)
            func check(_ window: ExplainedRun.Prompt.Window, _ activations: [Float]) throws {
                let places = window.position..<window.position + window.tokens.count
                let ids = corpus.tokens(ofRow: window.row)[places]
                #expect(window.tokens == ids.map { "\($0)" })
                #expect(window.uncounted == ids.enumerated().filter { ExplainedRun.mask.contains($0.element) }.map(\.offset))
                let expected = try run.activations(ofRow: window.row)[layer]
                #expect(activations.map(\.bitPattern) == places.map { expected[$0 * 20 + neuron].bitPattern })
            }
            for window in prompt.examples { try check(window, try #require(window.activations)) }
            let real = try run.real(prompt)
            #expect(real.map(\.row) == prompt.heldOut.map(\.row) && real.map(\.position) == prompt.heldOut.map(\.position))
            #expect(real.map(\.uncounted) == prompt.heldOut.map(\.uncounted))
            for (window, found) in zip(prompt.heldOut, real) {
                #expect(window.activations == nil && window.normalized == nil)
                try check(window, found.activations)
            }
        }
    }

    @Test("show the strongest examples first, the strongest of all as the peak that 10 stands for")
    func strongest() throws {
        let run = try ExplainedRun()
        for (prompt, (layer, neuron)) in zip(try run.prompts(run.job(neurons)), neurons) {
            let examples = try NeuronInspection(layer: layer, neuron: neuron, in: run.folder).examples
            #expect(examples.count == 12 && prompt.peak == examples[0].value)
            let first = prompt.examples[0]
            #expect(first.row == examples[0].row && first.activations?[examples[0].position - first.position] == prompt.peak)
            let peaks = prompt.examples.map { window in
                window.activations?.enumerated().filter { !window.uncounted.contains($0.offset) }.map(\.element).max() ?? 0
            }
            #expect(peaks[0] == prompt.peak && peaks.max() == prompt.peak)
            for window in prompt.examples {
                let expected = window.activations?.map { activation in
                    activation <= 0 ? 0 : min(10, Int((Double(activation) / Double(prompt.peak) * 10 + 0.5).rounded(.down)))
                }
                #expect(window.normalized == expected)
            }
            #expect(first.normalized?.max() == 10)
        }
    }

    @Test("hold out no token that is shown, nor one twice")
    func disjoint() throws {
        let run = try ExplainedRun(rows: 32)
        let all = (0..<3).flatMap { layer in (0..<20).map { (layer, $0) } }
        for prompt in try run.prompts(run.job(all, examples: 6)) {
            var tokens: Set<[Int]> = []
            var count = 0
            for window in prompt.examples + prompt.heldOut {
                for place in window.tokens.indices { tokens.insert([window.row, window.position + place]) }
                count += window.tokens.count
            }
            #expect(tokens.count == count, "\(prompt.neuron)")
        }
    }

    @Test("and what they are scored against are the same bytes on any number of threads, in little memory, and once more")
    func sameBytes() throws {
        let run = try ExplainedRun()
        try run.prompts(run.job(neurons))
        let (prompts, key) = (try run.bytes("prompts.jsonl"), try run.bytes("run/explanations/held-out.json"))
        for threads in 1...3 {
            for memory in [nil, 1] {
                try FileManager.default.removeItem(atPath: run.folder.explanationKeys.string)
                try run.prompts(run.job(neurons, threads: threads, memory: memory))
                #expect(try run.bytes("prompts.jsonl") == prompts)
                #expect(try run.bytes("run/explanations/held-out.json") == key)
            }
        }
        // A prompt has some 70 tokens: of one neuron at a time, and of two or three.
        for batch in [1, 150] {
            try FileManager.default.removeItem(atPath: run.folder.explanationKeys.string)
            var job = run.job(neurons)
            job.batch = batch
            try run.prompts(job)
            #expect(try run.bytes("prompts.jsonl") == prompts)
            #expect(try run.bytes("run/explanations/held-out.json") == key)
        }
    }

    @Test("are of the universal neurons, of those of highest excess, or of those that are named, each once")
    func chosen() throws {
        let run = try ExplainedRun { $0.threshold = 0 }
        let context = run.planted.context()
        #expect(throws: PipelineError.resultsMissing(folder: run.folder.path)) {
            try WritePrompts(folder: run.folder, context: context).run(to: run.path("none"))
        }
        let summary = try run.planted.analyze().summary
        let table = try NeuronTableFile(run.folder.neurons)
        let excess = try #require(table.numbers(of: "excess_corr"))
        let order = excess.indices.sorted { (excess[$1], $0) < (excess[$0], $1) }.map {
            "\(table.neurons[$0].layer).\(table.neurons[$0].neuron)"
        }
        let universal = try run.prompts(WritePrompts(folder: run.folder, context: context))
        let above = order.prefix(excess.count { $0 > 0 })
        #expect(universal.map(\.neuron) == Array(above) && above.count > 3)
        #expect(universal.allSatisfy { $0.statisticsSha256 == summary.statisticsSHA256 })
        let top = try run.prompts(WritePrompts(folder: run.folder, neurons: .strongest(3), context: context))
        #expect(top.map(\.neuron) == Array(order.prefix(3)))
        #expect(try run.prompts(run.job([(1, 2), (0, 1), (1, 2)])).map(\.neuron) == ["1.2", "0.1"])
        let unknown = ConfigurationFixture.error { try run.job([(0, 1), (3, 0)]).run(to: run.path("none")) }
        #expect(unknown == .noSuchNeuron(layer: 3, neuron: 0, model: "a", layers: 3, width: 20))
        #expect(!FileManager.default.fileExists(atPath: run.path("none").string))
    }

    @Test("say in a sentence what the run's results do without, and nothing where they are complete")
    func incomplete() throws {
        let run = try ExplainedRun()
        var summary = try run.planted.analyze().summary
        #expect(try run.prompts(run.job(neurons)).allSatisfy { $0.notice == nil })
        let gap = Incompleteness.Gap(blocks: .init(0, 8), shards: [.init(1, 1)])
        summary.incomplete = Incompleteness(
            shardsPlanned: 4, shardsComplete: 3, blocks: 9, missing: [gap], leastTokens: 1_536, mostTokens: 1_536)
        try JSONFile.write(summary, to: run.folder.summary)
        let notice = "This run is not complete: 1 of 4 shards is missing (shard 1 in all blocks); what is there counts 1536 tokens."
        #expect(try run.prompts(run.job(neurons)).allSatisfy { $0.notice == notice })
        #expect(try run.job(neurons).run(to: run.path("prompts.jsonl")).incomplete == summary.incomplete)
    }

    @Test("are refused where no neuron is universal, and where a run keeps no examples")
    func nothing() throws {
        let run = try ExplainedRun { $0.threshold = 0.99 }
        try run.planted.analyze()
        let none = ConfigurationFixture.error {
            try WritePrompts(folder: run.folder, context: run.planted.context()).run(to: run.path("none"))
        }
        #expect(none?.exitStatus == .dataError && none?.message.contains("no neuron is universal") == true)
        #expect(none?.remedy.contains("--top N") == true)
        let without = try ExplainedRun { $0.examples.count = 0 }
        let error = ConfigurationFixture.error { try without.job([(0, 1)]).run(to: without.path("none")) }
        #expect(error?.message.contains("keeps no examples") == true)
        #expect(!FileManager.default.fileExists(atPath: run.path("none").string) && !without.planted.holds("explanations"))
    }

    @Test("leave out a neuron that is active nowhere, and name it")
    func silent() throws {
        let folder = try PlantedFolder()
        var model = PlantedModel(seed: 0, embedding: 9)
        model.silence(1, 4)
        try model.write(to: folder.configuration.models[0].path)
        try folder.compute()
        func write(_ neurons: [(Int, Int)]) throws -> WrittenPrompts {
            try WritePrompts(
                folder: folder.run, neurons: .named(neurons.map { NeuronPlace(layer: $0.0, neuron: $0.1) }), context: folder.context()
            ).run(to: folder.path.appending("prompts.jsonl"))
        }
        let written = try write([(1, 4), (1, 5)])
        #expect(written.neurons == 1 && written.withoutExamples == ["1.4"] && !written.hasText)
        let none = ConfigurationFixture.error { try write([(1, 4)]) }
        #expect(none?.message.contains("there is no example of any of these neurons") == true)
    }

    @Test("are not written where the model is another one, nor where the output cannot be; the key stays as it was")
    func refused() throws {
        let run = try ExplainedRun()
        try run.prompts(run.job([(0, 1)]))
        let key = try run.bytes("run/explanations/held-out.json")
        #expect(throws: StorageError.self) { try run.job([(0, 2)]).run(to: run.path("nowhere/prompts.jsonl")) }
        try TinyModel(layers: 3, width: 24, mlp: 20, vocabulary: PlantedModel.vocabulary, positions: PlantedModel.positions, seed: 9)
            .write(to: run.planted.configuration.models[0].path)
        let changed = ConfigurationFixture.error { try run.job([(0, 2)]).run(to: run.path("other.jsonl")) }
        #expect(changed == .modelChanged(model: "a", path: run.planted.configuration.models[0].path))
        #expect(try run.bytes("run/explanations/held-out.json") == key)
        #expect(!FileManager.default.fileExists(atPath: run.path("other.jsonl").string))
    }
}
