import Analysis
import Storage
import SystemPackage

/// A file of answers to a run's prompts: JSON lines, one object for each neuron.
///
/// ```json
/// {"run": "5f2c…", "prompt": "3.117-9ad0…", "neuron": "3.117", "explanation": "opening brackets", "simulated": [[0, 0, 9.5], …]}
/// ```
struct AnswerFile {
    /// One answer as it stands in the file.
    struct Answer: Decodable {
        /// As the prompt has them.
        let run, prompt, neuron: String
        /// What the neuron responds to.
        let explanation: String
        /// For each held-out window of the prompt, in its order, an activation for each token.
        let simulated: [[Double]]
        /// Who has written it.
        let explainer: String?
    }

    /// More than any explanation has; what is longer is no explanation.
    private static let scalarLimit = 10_000

    /// The file.
    let path: FilePath

    /// Reads all answers and compares them with the prompts of a run.
    ///
    /// - Returns: the explanations with their scores, in the order of the file.
    /// - Throws: `PipelineError.answerUnusable` with the first line that cannot be used; a `StorageError` where the file cannot be read.
    func explanations(of plan: RunPlan, in folder: RunFolder, key: HeldOutKey) throws -> [WrittenExplanation] {
        let file = try MappedFile(path)
        file.advise(.sequential)
        return try file.withBytes { bytes in
            var found: [WrittenExplanation] = []
            var lines: [NeuronPlace: Int] = [:]
            for (number, bytes) in zip(1..., bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)) {
                // Blank lines, and what Windows ends lines with.
                guard bytes.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else { continue }
                let line = Line(file: path, number: number)
                let answer = try line.answer(UnsafeRawBufferPointer(rebasing: bytes), folder: folder)
                let prompt = try line.prompt(of: answer, plan: plan, folder: folder, key: key)
                if let earlier = lines.updateValue(number, forKey: prompt.neuron) {
                    throw line.unusable("it answers neuron \(prompt.neuron), as line \(earlier) does", "keep one of the two lines")
                }
                try line.check(answer, against: prompt)
                let score = SimulationScore(answer.simulated, of: prompt.windows)
                found.append(
                    WrittenExplanation(
                        layer: prompt.neuron.layer, neuron: prompt.neuron.neuron, explanation: answer.explanation, score: score.score,
                        windowScore: score.windowScore, windows: prompt.windows.count, tokens: score.tokens,
                        explainer: answer.explainer.flatMap { $0.isEmpty ? nil : $0 }))
            }
            guard !found.isEmpty else {
                throw Line(file: path, number: 1).unusable(
                    "the file has no answers", "write a line for each prompt that is answered: \(Self.form(in: folder))")
            }
            return found
        }
    }

    /// What a line looks like, and where its first three values come from.
    private static func form(in folder: RunFolder) -> String {
        #"{"run": "…", "prompt": "…", "neuron": "3.117", "explanation": "what it responds to", "simulated": [[0, 7.5, …], …]}, lists of "#
            + "finite numbers, a list for each held-out window and a number for each of its tokens; run, prompt and neuron are those of the "
            + "prompts that `universal-neurons explain \(folder.path) --out prompts.jsonl` writes"
    }

    /// A line of the file, and what may be wrong with it.
    private struct Line {
        let file: FilePath
        let number: Int

        func unusable(_ reason: String, _ remedy: String) -> PipelineError {
            .answerUnusable(file: file, line: number, reason: reason, remedy: remedy)
        }

        /// The object in the line.
        func answer(_ bytes: UnsafeRawBufferPointer, folder: RunFolder) throws -> Answer {
            do {
                return try JSONFile.decode(Answer.self, from: bytes, of: file)
            } catch StorageError.corrupt(_, _, let problem) {
                throw unusable("it is no answer: \(problem)", "write in each line a JSON object: \(AnswerFile.form(in: folder))")
            }
        }

        /// The prompt of the run that is answered.
        func prompt(of answer: Answer, plan: RunPlan, folder: RunFolder, key: HeldOutKey) throws -> HeldOutKey.Prompt {
            let name = answer.prompt.printable(limit: 60)
            guard answer.run == plan.identity.hex else {
                throw unusable(
                    "it answers a prompt of the run \(answer.run.printable(limit: 64)), and \(folder.path) is the run \(plan.identity.hex)",
                    "name the folder of the run that the prompts were written of, or have this run's answered, which "
                        + "`universal-neurons explain \(folder.path) --out prompts.jsonl` writes")
            }
            guard let prompt = key.prompts[answer.prompt] else {
                throw unusable(
                    "\(folder.path) has no prompt '\(name)'",
                    "take run, prompt and neuron over from the line of the file that `universal-neurons explain \(folder.path) --out "
                        + "prompts.jsonl` has written")
            }
            guard answer.neuron == prompt.neuron.description, plan.numbers.models[0].holds(prompt.neuron) else {
                throw unusable(
                    "prompt '\(name)' is of neuron \(prompt.neuron), and the answer of '\(answer.neuron.printable(limit: 20))'",
                    "take run, prompt and neuron over from one line of the file that `explain --out` has written")
            }
            return prompt
        }

        /// Makes sure that there is a finite number for each held-out token.
        func check(_ answer: Answer, against prompt: HeldOutKey.Prompt) throws {
            let scalars = answer.explanation.unicodeScalars
            guard scalars.contains(where: { !$0.properties.isWhitespace }) else {
                throw unusable("the explanation of neuron \(prompt.neuron) is empty", "write what the neuron responds to")
            }
            guard scalars.count <= AnswerFile.scalarLimit else {
                throw unusable(
                    "the explanation of neuron \(prompt.neuron) has \(scalars.count) characters, the most are \(AnswerFile.scalarLimit)",
                    "shorten it")
            }
            guard answer.simulated.count == prompt.windows.count else {
                throw unusable(
                    "neuron \(prompt.neuron) has \(answer.simulated.count) lists of simulated activations for the \(prompt.windows.count) "
                        + "windows that are held out", "simulate each window of the prompt's held_out, in their order")
            }
            for (place, (values, window)) in zip(answer.simulated, prompt.windows).enumerated() {
                let tokens = window.activations.count
                guard values.count == tokens else {
                    throw unusable(
                        "window \(place + 1) of neuron \(prompt.neuron) has \(values.count) simulated activations for its \(tokens) tokens",
                        "simulate one number for each token of the window")
                }
                guard let place = values.firstIndex(where: { !$0.isFinite }) else { continue }
                throw unusable(
                    "a simulated activation of neuron \(prompt.neuron) is \(values[place])", "write finite numbers")
            }
        }
    }
}
