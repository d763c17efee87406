import Analysis
import Corpus
import Statistics
import SystemPackage

/// All that a run knows of one neuron of its reference model, of another group's reference, or, where features are of all models, of any. What a
/// run does not have is nil.
public struct NeuronInspection: Codable, Sendable {
    /// A token at which the neuron is strongly active.
    public struct Example: Codable, Sendable {
        /// The activation.
        public let value: Float
        /// Row of the corpus and position in it.
        public let row, position: Int
        /// The row's domain; nil where the corpus has no more than one, or is gone.
        public let domain: String?
        /// Text before the token, the token, and text after it; ids where there is no tokenizer.
        public let before, token, after: String
        /// Whether these are texts; nil counts as true.
        public let isText: Bool?
    }

    /// A feature that explains the neuron's activations.
    public struct Explanation: Codable, Sendable, Equatable {
        /// The feature's name.
        public let feature: String
        /// The family of the best feature.
        public let family: String?
        /// The correlation of feature and neuron; nil where the table has none.
        public let correlation: Double?
        /// The share of the neuron's variance that the feature explains.
        public let score: Double?
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
    /// The column as people write it where it is no neuron, `3.r117`; nil for a neuron.
    public let name: String?
    /// What the column is where it is no neuron, such as principal direction; nil for a neuron.
    public let kind: String?
    /// The model's id.
    public let model: String?
    /// The reference that the model is compared with, where it is none itself: of its neurons alone a run says whether they are universal.
    public let reference: String?
    /// The neuron's row of `neurons.csv`, by column; empty before the analysis.
    public let columns: [String: TableCell]
    /// The names of the columns in the file's order.
    public let order: [String]
    /// Where its figures stand within its layer, by column, from 0 to 100.
    public let percentiles: [String: Double]?
    /// Its partners in each other model.
    public let partners: [PartnerInspection]?
    /// The feature that explains it best, and the second best one.
    public let explanations: [Explanation]?
    /// What it does to the vocabulary, if it has a role.
    public let role: RoleNeuron?
    /// The tokens that its output moves most (by the unembedding), and those that its input reads (by the embedding).
    public let vocabulary: [TokenEffect]?
    /// The cliques that it is in; empty for none, nil where not all pairs of models were compared.
    public let cliques: [CliqueMembership]?
    /// What each domain's tokens alone say.
    public let domains: [DomainVerdict]?
    /// Its rows of further tables.
    public let tables: [TableExcerpt]?
    /// Its strongest examples.
    public let examples: [Example]
    /// The tokens of its highest activations, highest first; nil where the run keeps none.
    public let tokens: [Token]?
    /// The tokens of its highest mean activations, highest first; nil where the run keeps no means, before the analysis, and of another group's
    /// reference.
    public let means: [MeanToken]?
    /// What an explainer has written of it, with a score; nil where none has.
    public let written: WrittenExplanation?
    /// What the run's results do without; nil for complete ones.
    public let incomplete: Incompleteness?

    /// Tokens at each end of its effect on a vocabulary.
    private static let namedTokens = 20

    /// Looks a neuron up.
    ///
    /// - Parameter id: the model, a reference of one of the run's groups, or any whose neurons are compared with features; nil: the run's
    ///   reference.
    /// - Throws: `PipelineError.noSuchNeuron`, `.noSuchDirection`, `.noReference`, `.planMissing`, errors of the files.
    public init(layer: Int, neuron: Int, of id: String? = nil, in folder: RunFolder) throws {
        let plan = try RunPlan.read(folder.plan)
        let groups = plan.groupUniversality
        let models = Dictionary(plan.numbers.models.map { ($0.id, $0) }) { first, _ in first }
        let id = id ?? plan.numbers.models[0].id
        let layout = plan.layout
        let isExplained = layout.otherExplainedModels.contains(id)
        guard let group = groups.first(where: { $0.reference == id || isExplained && $0.others.contains(id) }), let model = models[id]
        else {
            throw PipelineError.noReference(model: id, folder: folder.path, references: groups.map(\.reference))
        }
        guard (0..<model.layers).contains(layer), (0..<model.columns).contains(neuron) else {
            let name = plan.numbers.basis?.columns.name(layer: layer, column: neuron)
            throw name.map { .noSuchDirection(name: $0, model: id, layers: model.layers, width: model.columns) }
                ?? PipelineError.noSuchNeuron(layer: layer, neuron: neuron, model: id, layers: model.layers, width: model.columns)
        }
        let isRunReference = id == groups[0].reference
        reference = id == group.reference ? nil : group.reference
        incomplete = folder.incompleteResults
        self.layer = layer
        self.neuron = neuron
        let basis = plan.numbers.basis?.columns
        name = basis?.name(layer: layer, column: neuron)
        kind = basis.map { ColumnNames($0).kind }
        self.model = id
        let table = isRunReference ? folder.neurons : reference == nil ? folder.neurons(ofGroup: id) : folder.families(of: id)
        let row = try NeuronTableRow.find(layer: layer, neuron: neuron, in: table)
        order = row.order
        let columns = row.columns.mapValues { TableCell($0) }
        self.columns = columns
        let (isReference, explained) = (reference == nil, Set(layout.otherExplainedModels))
        partners = try Self.list(
            ([group.reference] + group.others).filter { $0 != id }.compactMap { models[$0] }.compactMap { other in
                try PartnerInspection(
                    columns: isReference ? columns : nil, place: layer * model.columns + neuron, of: id, in: other, basis: basis,
                    families: explained.isEmpty ? nil : explained.contains(other.id) ? folder.families(of: other.id) : folder.neurons,
                    folder: folder)
            })
        let families =
            isExplained && isReference
            ? try NeuronTableRow.find(layer: layer, neuron: neuron, in: folder.families(of: id)).columns.mapValues { TableCell($0) }
            : columns
        explanations = Self.list(Explanation.all(in: families))
        cliques = CliqueMembership.all(of: "\(id):\(plan.columnNames.name(layer: layer, column: neuron))", in: folder.cliques)
        // The text is a convenience: a tokenizer that has moved or changed since leaves ids.
        let tokenizer = (try? plan.openTokenizer(in: folder)) ?? nil
        let strata = plan.numbers.corpus.strata
        let snapshot = try StoreSnapshot(of: plan.store(in: folder), strata: strata)
        let columnGroup = layout.groups(of: id)[layer]
        examples =
            try snapshot.examples(of: columnGroup, strata: strata).map {
                Self.examples(of: neuron, in: $0, plan: plan, tokenizer: tokenizer, folder: folder)
            } ?? []
        tokens = try snapshot.tokens(of: columnGroup, strata: strata).map { Self.tokens(of: neuron, in: $0, tokenizer: tokenizer) }
        written =
            isRunReference ? try ExplanationFile.read(in: folder).first { $0.layer == layer && $0.neuron == neuron } : nil
        guard isRunReference else {
            (percentiles, role, vocabulary, domains, tables, means) = (nil, nil, nil, nil, nil, nil)
            return
        }
        means = try MeanToken.all(layer: layer, neuron: neuron, in: folder) { tokenizer?.knownToken($0) }
        percentiles = try Self.percentiles(layer: layer, neuron: neuron, in: folder)
        let found = try NeuronTableRow.find(layer: layer, neuron: neuron, in: folder.roles)
        role = found.order.isEmpty ? nil : try RoleNeuron(found.columns, layer: layer, neuron: neuron, of: folder.roles)
        vocabulary = try Self.list(
            [
                LayerVocabulary(layer: layer, .unembedding, .output, in: folder),
                LayerVocabulary(layer: layer, .embedding, .input, in: folder),
            ].compactMap { $0?.effect(of: neuron, count: Self.namedTokens) { tokenizer?.knownToken($0) } })
        domains = try DomainVerdict.all(layer: layer, neuron: neuron, in: folder.domains)
        let place = NeuronPlace(layer: layer, neuron: neuron)
        let measured = [
            try InterventionAnswers.excerpt(of: place, in: id, from: InterventionAnswers.read(in: folder, of: plan)),
            try SubstitutionAnswers.excerpt(of: place, in: id, from: SubstitutionAnswers.read(in: folder, of: plan)),
        ]
        tables = Self.list(
            folder.furtherTables.compactMap { TableExcerpt($0.file, title: $0.title, layer: layer, neuron: neuron) }
                + measured.compactMap(\.self))
    }

    /// A list that says something; nil for an empty one.
    private static func list<Element>(_ elements: [Element]) -> [Element]? { elements.isEmpty ? nil : elements }

    private static func percentiles(layer: Int, neuron: Int, in folder: RunFolder) throws -> [String: Double]? {
        let row = try NeuronTableRow.find(layer: layer, neuron: neuron, in: folder.percentiles)
        return row.order.isEmpty ? nil : row.columns.filter { !["layer", "neuron"].contains($0.key) }.compactMapValues(Double.init)
    }

    private static func tokens(of neuron: Int, in list: TokenMaxima, tokenizer: Tokenizer?) -> [Token] {
        list.tokens(of: neuron).map { token, value in
            let id = Int(token)
            return Token(id: id, text: tokenizer?.knownToken(id) ?? "\(id)", value: value)
        }
    }

    private static func examples(
        of neuron: Int, in list: ExampleList, plan: RunPlan, tokenizer: Tokenizer?, folder: RunFolder
    ) -> [Example] {
        // So are domains: of another corpus they would be wrong.
        let corpus = plan.numbers.corpus.domains.count > 1 ? try? plan.openCorpus(in: folder) : nil
        return list.examples(of: neuron).map { example in
            // Positions beyond the ends of a row hold -1.
            func text(_ ids: ArraySlice<Int32>) -> String {
                let known = ids.filter { $0 >= 0 }
                guard let tokenizer else { return known.map { "\($0) " }.joined() }
                return String(decoding: known.flatMap { tokenizer.tokenBytes(Int($0)) }, as: UTF8.self)
            }
            let place = min(plan.numbers.examples.before, example.window.count)
            let domain = corpus.flatMap { corpus in
                (0..<corpus.rowCount).contains(example.row) ? corpus.domains[corpus.domain(ofRow: example.row)] : nil
            }
            return Example(
                value: example.value, row: example.row, position: example.position, domain: domain,
                before: text(example.window.prefix(place)), token: text(example.window.dropFirst(place).prefix(1)),
                after: text(example.window.dropFirst(place + 1)), isText: tokenizer != nil)
        }
    }
}
