import Corpus
import Statistics
import SystemPackage

/// All that a run knows of one neuron of its reference model.
public struct NeuronInspection: Codable, Sendable {
    /// A token at which the neuron is strongly active.
    public struct Example: Codable, Sendable {
        /// The activation.
        public let value: Float
        /// Row of the corpus and position in it.
        public let row, position: Int
        /// Text before the token, the token, and text after it; ids where there is no tokenizer.
        public let before, token, after: String
    }

    /// A token of the vocabulary at which the neuron is most active.
    public struct Token: Codable, Sendable {
        /// The token.
        public let id: Int
        /// Its text, or its id where there is no tokenizer.
        public let text: String
        /// The highest activation at it.
        public let value: Float
    }

    /// Layer and index.
    public let layer, neuron: Int
    /// The neuron's row of `neurons.csv`, by column; empty before the analysis.
    public let columns: [String: TableCell]
    /// The names of the columns in the file's order.
    public let order: [String]
    /// Its strongest examples.
    public let examples: [Example]
    /// The tokens of its highest activations, highest first; nil where the run keeps none.
    public let tokens: [Token]?
    /// What an explainer has written of it, with a score; nil where none has.
    public let written: WrittenExplanation?

    /// Looks a neuron up.
    ///
    /// - Throws: `PipelineError.noSuchNeuron`, `.planMissing`, errors of the files.
    public init(layer: Int, neuron: Int, in folder: RunFolder) throws {
        let plan = try RunPlan.read(folder.plan)
        let reference = plan.numbers.models[0]
        guard (0..<reference.layers).contains(layer), (0..<reference.mlpWidth).contains(neuron) else {
            throw PipelineError.noSuchNeuron(
                layer: layer, neuron: neuron, model: reference.id, layers: reference.layers, width: reference.mlpWidth)
        }
        self.layer = layer
        self.neuron = neuron
        let row = try NeuronTableRow.find(layer: layer, neuron: neuron, in: folder.neurons)
        order = row.order
        columns = row.columns.mapValues { TableCell($0) }
        let strata = plan.numbers.corpus.strata
        let group = plan.layout.groups(of: reference.id)[layer]
        let snapshot = try StoreSnapshot(of: plan.store(in: folder), strata: strata)
        // The text is a convenience: a tokenizer that has moved or changed since leaves ids.
        let tokenizer = (try? plan.openTokenizer(in: folder)) ?? nil
        examples =
            try snapshot.examples(of: group, strata: strata).map { list in
                Self.examples(of: neuron, in: list, before: plan.numbers.examples.before, tokenizer: tokenizer)
            } ?? []
        tokens = try snapshot.tokens(of: group, strata: strata).map { list in
            list.tokens(of: neuron).map { token, value in
                let id = Int(token)
                let isKnown = tokenizer.map { id < $0.vocabularySize } ?? false
                return Token(id: id, text: isKnown ? tokenizer?.decodedToken(id) ?? "\(id)" : "\(id)", value: value)
            }
        }
        written = try ExplanationFile.read(in: folder).first { $0.layer == layer && $0.neuron == neuron }
    }

    private static func examples(of neuron: Int, in list: ExampleList, before: Int, tokenizer: Tokenizer?) -> [Example] {
        list.examples(of: neuron).map { example in
            // Positions beyond the ends of a row hold -1.
            func text(_ ids: ArraySlice<Int32>) -> String {
                let known = ids.filter { $0 >= 0 }
                guard let tokenizer else { return known.map { "\($0) " }.joined() }
                return String(decoding: known.flatMap { tokenizer.tokenBytes(Int($0)) }, as: UTF8.self)
            }
            let place = min(before, example.window.count)
            return Example(
                value: example.value, row: example.row, position: example.position, before: text(example.window.prefix(place)),
                token: text(example.window.dropFirst(place).prefix(1)), after: text(example.window.dropFirst(place + 1)))
        }
    }
}
