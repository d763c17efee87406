import Diagnostics
import Foundation
import Pipeline

/// The part of `explain` that is about neurons: writes prompts for explainers, and scores their answers.
struct NeuronExplanations {
    let folder: RunFolder
    let options: ExplanationOptions
    let resources: ResourceOptions
    let session: Session

    /// Writes the prompts that `--out` asks for.
    func write(to output: PathArgument) throws {
        let context = try session.context(planIn: folder, resources)
        let written = try WritePrompts(
            folder: folder, neurons: try options.choice(in: folder), examples: options.examples ?? WritePrompts.defaultExamples,
            heldOut: options.heldOut ?? WritePrompts.defaultHeldOut, context: context
        ).run(to: output.path)
        warn(of: written)
        try session.finish(written) {
            """
            \(AmountText.count(written.neurons, "prompt")) in \(written.file): \(AmountText.count(written.examples, "example")) shown, \
            \(AmountText.count(written.heldOut, "window")) held out
            answers go back with: universal-neurons explain \(folder.path) --in answers.jsonl

            """
        }
    }

    /// Says what the prompts lack.
    private func warn(of written: WrittenPrompts) {
        session.warn(of: written.incomplete, in: folder)
        if !written.withoutExamples.isEmpty {
            // A dozen shows the pattern; --json has all.
            let names = written.withoutExamples.prefix(12).joined(separator: ", ")
            let rest = written.withoutExamples.count - 12
            session.log.warning("never active in what was computed, and left out: \(names)\(rest > 0 ? " and \(rest) more" : "")")
        }
        if !written.hasText { session.log.warning("the run has no tokenizer: tokens are ids, of which an explainer can make nothing") }
        let (examples, heldOut) = (
            options.examples ?? WritePrompts.defaultExamples, options.heldOut ?? WritePrompts.defaultHeldOut
        )
        if written.examples < examples * written.neurons {
            session.log.info(
                """
                fewer than \(examples) examples are shown of some neurons: a run keeps a number of them (`examples` in its configuration), \
                some of these are held out, and of those that overlap only the strongest is taken
                """)
        }
        if written.heldOut < heldOut * written.neurons {
            session.log.info("fewer than \(heldOut) windows are held out of some neurons: the corpus has no more beside the examples")
        }
    }

    /// Scores the answers that `--in` names.
    func score(_ answers: PathArgument) throws {
        let limits = try resources.limits(planIn: folder)
        let scored = try ScoreAnswers(folder: folder, context: session.context(threads: limits.threads, memory: limits.memory))
            .run(answers.path)
        try session.finish(scored) {
            var table = TextTable(columns: 4)
            if !scored.explanations.isEmpty { table.add("neuron", "score", "within windows", "explanation") }
            for explanation in scored.explanations {
                table.add(
                    "\(explanation.layer).\(explanation.neuron)", Self.score(explanation.score), Self.score(explanation.windowScore),
                    explanation.explanation.printable(limit: 100))
            }
            return """
                \(table.text)\(AmountText.count(scored.explanations.count, "answer")) scored; \
                \(AmountText.count(scored.total, "explanation")) in \(scored.file)
                the report has them after: universal-neurons analyze \(folder.path)

                """
        }
    }

    private static func score(_ value: Double?) -> String { value.map { AmountText.formatted($0, "%.3f") } ?? "none" }
}
