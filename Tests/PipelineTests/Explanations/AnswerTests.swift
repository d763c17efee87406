import FaultInjection
import Foundation
import SmallRuns
import Storage
import Testing

@testable import Analysis
@testable import Pipeline

@Suite("Answers of explainers")
struct AnswerTests {
    private func isClose(_ value: Double?, _ expected: Double) -> Bool { value.map { abs($0 - expected) <= 1e-6 } == true }

    @Test("are scored against the real activations, whatever their scale, and kept with those of other neurons")
    func scored() throws {
        let run = try ExplainedRun()
        let prompts = try run.prompts(run.job([(2, 7), (0, 3), (1, 0)]))
        var second = try run.answer(prompts[1], "dates, \"2001\"\nand\r\nnumbers") { -Double($0) }
        second.explainer = "a model"
        let scored = try run.score(run.write([try run.answer(prompts[0], "brackets") { 3 * Double($0) + 7 }, second]))
        #expect(scored.total == 2 && scored.explanations.map(\.explanation) == ["brackets", "dates, \"2001\"\nand\r\nnumbers"])
        #expect(isClose(scored.explanations[0].score, 1) && isClose(scored.explanations[0].windowScore, 1))
        #expect(isClose(scored.explanations[1].score, -1) && scored.explanations[1].explainer == "a model")
        let counted = try run.real(prompts[0]).reduce(0) { $0 + $1.activations.count - $1.uncounted.count }
        #expect(scored.explanations[0].tokens == counted && scored.explanations[0].windows == 5)
        let kept = try ExplanationFile.read(in: run.folder)
        #expect(kept.map { "\($0.layer).\($0.neuron)" } == ["0.3", "2.7"])
        #expect(kept[0].explanation == second.explanation && kept[0].explainer == "a model" && isClose(kept[0].score, -1))
        #expect(try NeuronInspection(layer: 2, neuron: 7, in: run.folder).written == kept[1])
        #expect(try NeuronInspection(layer: 2, neuron: 8, in: run.folder).written == nil)

        // What does not vary has no score; a neuron's new explanation takes the place of the old one.
        let more = try run.score(run.write([try run.answer(prompts[2], "anything") { _ in 0.1 }, try run.answer(prompts[0], "quotes")]))
        #expect(more.total == 3 && more.explanations[0].score == nil && more.explanations[0].windowScore == nil)
        let all = try ExplanationFile.read(in: run.folder)
        #expect(all.map(\.explanation) == [second.explanation, "anything", "quotes"] && all[1].score == nil && all[0] == kept[0])
    }

    @Test("have no score from what is simulated at tokens of the mask")
    func uncounted() throws {
        let run = try ExplainedRun()
        let neurons = (0..<20).map { (1, $0) }
        let prompts = try run.prompts(run.job(neurons))
        let prompt = try #require(prompts.first { $0.heldOut.contains { !$0.uncounted.isEmpty } })
        var answer = try run.answer(prompt, "x")
        for (place, window) in prompt.heldOut.enumerated() { for token in window.uncounted { answer.simulated[place][token] = 1e6 } }
        #expect(isClose(try run.score(run.write([answer])).explanations[0].score, 1))
    }

    @Test("to prompts that were written once are taken whatever was written since, also after the run was extended")
    func earlier() throws {
        let run = try ExplainedRun { $0.tokens = .tokens(1_024) }
        let first = try run.prompts(run.job([(2, 7)]), to: "first.jsonl")
        let second = try run.prompts(run.job([(2, 7)], examples: 2, heldOut: 3), to: "second.jsonl")
        #expect(first[0].prompt != second[0].prompt)
        run.planted.configuration.tokens = .all
        try run.planted.compute()
        try run.prompts(run.job([(2, 7)], heldOut: 4), to: "third.jsonl")
        for prompt in [first[0], second[0]] {
            #expect(isClose(try run.score(run.write([try run.answer(prompt, "x")])).explanations[0].score, 1))
        }
    }

    /// A way to spoil an answer, and what is said of it.
    struct Fault: CustomTestStringConvertible, Sendable {
        let words: [String]
        var testDescription: String { words[0] }
        let spoil: @Sendable (inout ExplainedRun.Answer) -> Void

        init(_ words: String..., spoil: @escaping @Sendable (inout ExplainedRun.Answer) -> Void) {
            self.words = words
            self.spoil = spoil
        }
    }

    static let faults = [
        Fault("answers a prompt of the run 0123", "is the run") { $0.run = "0123" },
        Fault("has no prompt '1.0-0000'", "take run, prompt and neuron over") { $0.prompt = "1.0-0000" },
        Fault("the answer of '1.1'", "from one line") { $0.neuron = "1.1" },
        Fault("the answer of 'all'") { $0.neuron = "all" },
        Fault("the explanation of neuron 1.0 is empty") { $0.explanation = " \n" },
        Fault("has 20000 characters") { $0.explanation = String(repeating: "a", count: 20_000) },
        Fault("4 lists of simulated activations for the 5 windows") { $0.simulated.removeLast() },
        Fault("6 lists of simulated activations for the 5 windows") { $0.simulated.append([]) },
        Fault("window 2 of neuron 1.0 has", "one number for each token") { $0.simulated[1].removeLast() },
        Fault("window 5 of neuron 1.0 has") { $0.simulated[4].append(0) },
    ]

    @Test("that cannot be used are refused with their line and what to do, and nothing of the file is taken", arguments: faults)
    func unusable(fault: Fault) throws {
        let run = try ExplainedRun()
        let prompts = try run.prompts(run.job([(2, 7), (1, 0)]))
        try run.score(run.write([try run.answer(prompts[1], "before")]))
        let before = try run.bytes("run/explanations.csv")
        var bad = try run.answer(prompts[1], "bad")
        fault.spoil(&bad)
        let path = try run.write([try run.answer(prompts[0], "good"), bad])
        let error = ConfigurationFixture.error { try run.score(path) }
        guard case .answerUnusable(path, line: 2, _, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        for words in fault.words { #expect(error?.description.contains(words) == true, "\(String(describing: error))") }
        #expect(error?.exitStatus == .dataError && error?.message.hasPrefix("\(path), line 2: ") == true)
        #expect(try run.bytes("run/explanations.csv") == before)
    }

    @Test("are JSON lines: what is none, lacks something, or has no numbers is named with its line; blank lines count, and are no answers")
    func malformed() throws {
        let run = try ExplainedRun()
        let prompt = try run.prompts(run.job([(1, 0)]))[0]
        let good = String(decoding: try JSONEncoder().encode(try run.answer(prompt, "good") { _ in 1 }), as: UTF8.self)
        func error(_ text: String) throws -> PipelineError? {
            let path = try run.write([])
            try Data(text.utf8).write(to: URL(fileURLWithPath: path.string))
            return ConfigurationFixture.error { try run.score(path) }
        }
        let wrong: [(String, [String])] = [
            ("{", ["it is no answer"]), ("[]", ["it is no answer"]), ("hello", ["it is no answer"]),
            ("{}", ["is missing in the top level"]),
            (good.replacing("\"simulated\"", with: "\"simulations\""), ["\"simulated\" is missing in the top level"]),
            (good.replacing("[[1,", with: "[[NaN,"), ["it is no answer", "finite numbers"]),
            (good.replacing("[[1,", with: "[[\"NaN\","), ["a simulated activation of neuron 1.0 is nan"]),
            (good.replacing("[[1,", with: "[[null,"), ["simulated.[0].[0]"]),
            (good.replacing("[[1,", with: "[[\"much\","), ["simulated.[0].[0]"]),
            (good + good, ["it is no answer"]),
        ]
        for (text, words) in wrong {
            let found = try error("\n \r\n\(text)\n\(good)\n")
            guard case .answerUnusable(_, line: 3, _, _) = found else {
                Issue.record("\(text): \(String(describing: found))")
                continue
            }
            for words in words { #expect(found?.description.contains(words) == true, "\(String(describing: found))") }
        }
        let empty = try error("\n\n")
        #expect(empty?.message.contains("the file has no answers") == true)
        for words in [#"{"run": "…", "prompt": "…", "neuron": "#, "`universal-neurons explain \(run.folder.path) --out prompts.jsonl`"] {
            #expect(empty?.remedy.contains(words) == true, "\(String(describing: empty))")
        }
        #expect(try error("\(good)\n\n\(good)")?.message.contains("line 3: it answers neuron 1.0, as line 1 does") == true)
        #expect(!run.planted.holds("explanations.csv"))
        #expect(try error("\r\n\(good)\r\n") == nil)
        #expect(run.planted.holds("explanations.csv"))
    }

    @Test("to a run without prompts are refused, those to another run with both of them, and a file that is not there is named")
    func otherRun() throws {
        let (run, other) = (try ExplainedRun(), try ExplainedRun { $0.corpus.seed = 1 })
        let answers = try run.write([try run.answer(try run.prompts(run.job([(1, 0)]))[0], "x")])
        #expect(throws: PipelineError.promptsMissing(folder: other.folder.path)) { try other.score(answers) }
        try other.prompts(other.job([(1, 0)]))
        let error = ConfigurationFixture.error { try other.score(answers) }
        for folder in [run.folder, other.folder] {
            let identity = try RunPlan.read(folder.plan).identity.hex
            #expect(error?.message.contains(identity) == true, "\(String(describing: error))")
        }
        #expect(throws: StorageError.notFound("nothing.jsonl")) { try run.score("nothing.jsonl") }
    }

    @Test("are not lost whichever operation of the disk fails, and wait for nobody who adds explanations at the moment")
    func disk() throws {
        let run = try ExplainedRun()
        let prompts = try run.prompts(run.job([(2, 7), (1, 0)]))
        try run.score(run.write([try run.answer(prompts[0], "before")]))
        let before = try run.bytes("run/explanations.csv")
        let answers = try run.write([try run.answer(prompts[1], "after")])
        let counting = FaultyFiles(.failure, at: .max)
        try run.score(answers, on: counting)
        let after = try run.bytes("run/explanations.csv")
        #expect(before != after && counting.count >= 5)
        for position in 1...counting.count {
            try before.write(to: URL(fileURLWithPath: run.folder.explanations.string))
            #expect(throws: StorageError.self, "operation \(position)") {
                try run.score(answers, on: FaultyFiles(.failure, at: position))
            }
            #expect(try [before, after].contains(run.bytes("run/explanations.csv")))
            try run.score(answers)
            #expect(try run.bytes("run/explanations.csv") == after)
        }
        let lock = try FolderLock(run.folder.explanationKeys)
        #expect(throws: StorageError.self) { try run.score(answers) }
        withExtendedLifetime(lock) {}
        #expect(try run.bytes("run/explanations.csv") == after)
    }

    @Test("stay as they were where the file of explanations is damaged")
    func damaged() throws {
        let run = try ExplainedRun()
        let answers = try run.write([try run.answer(try run.prompts(run.job([(1, 0)]))[0], "x")])
        let header = ExplanationFile.columns.joined(separator: ",")
        for text in [
            "layer,neuron,explanation\n1,0,x\n", "\(header)\n1,0,x,2,,5,40,\n", "\(header)\n1,0,x,,,some,40,\n", "\(header)\n1,0\n",
        ] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: run.folder.explanations.string))
            #expect(throws: StorageError.self, "\(text)") { try run.score(answers) }
            #expect(try run.bytes("run/explanations.csv") == Data(text.utf8))
        }
    }
}
