import Analysis
import ArgumentParser
import Pipeline

/// What `explain` is asked for of a run's neurons: prompts to be written, or answers to be scored.
struct ExplanationOptions: ParsableArguments {
    @Option(name: .customLong("out"), help: ArgumentHelp("Write prompts for explainers to this file.", valueName: "prompts.jsonl"))
    var output: PathArgument?

    @Option(name: .customLong("in"), help: ArgumentHelp("Score the answers in this file.", valueName: "answers.jsonl"))
    var answers: PathArgument?

    @Option(
        help: ArgumentHelp("With --out: these neurons of the reference model.", valueName: "layer.index,…"),
        transform: NeuronList.init(parsing:))
    var neurons: NeuronList?

    @Flag(help: "With --out: the universal neurons (default).")
    var universal = false

    @Option(parsing: .unconditional, help: ArgumentHelp("With --out: the N neurons of highest excess correlation.", valueName: "n"))
    var top: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("With --out: examples that are shown of each neuron (default: \(WritePrompts.defaultExamples)).", valueName: "n")
    )
    var examples: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "With --out: windows that are held out of each neuron, half of them strong examples (default: \(WritePrompts.defaultHeldOut)).",
            valueName: "n"))
    var heldOut: Int?

    func validate() throws {
        if output != nil, answers != nil { throw ValidationError("'--out' and '--in' exclude each other.") }
        if output == nil, neurons != nil || universal || top != nil || examples != nil || heldOut != nil {
            throw ValidationError("--neurons, --universal, --top, --examples and --held-out say what '--out' writes.")
        }
        if [neurons != nil, universal, top != nil].count(where: \.self) > 1 {
            throw ValidationError("'--neurons', '--universal' and '--top' exclude each other.")
        }
        if let top, !(1...WritePrompts.mostNeurons).contains(top) {
            throw ValidationError("--top is a number from 1 to \(WritePrompts.mostNeurons); --neurons names others.")
        }
        if let examples, !(1...1_000).contains(examples) { throw ValidationError("--examples is a number from 1 to 1000.") }
        if let heldOut, !(0...1_000).contains(heldOut) { throw ValidationError("--held-out is a number from 0 to 1000.") }
    }

    /// The neurons of a run that prompts are asked for.
    ///
    /// - Throws: as `NeuronList.places(in:)`.
    func choice(in folder: RunFolder) throws -> NeuronChoice {
        try neurons.map { .named(try $0.places(in: folder)) } ?? top.map(NeuronChoice.strongest) ?? .universal
    }
}
