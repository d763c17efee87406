import Analysis
import Corpus
import Statistics
import Storage
import SystemPackage

/// What a run knows of the neurons of one of its models, one after another.
///
/// Plan, tables and answers are read once, what is kept by layers once for the neurons of a layer that are asked for one after another. Tables
/// stay files of which rows are read, so memory holds a layer and a few words a neuron.
///
/// ```swift
/// var neurons = try RunNeurons(in: folder)
/// for number in 0..<neurons.model.columns { print(try neurons.inspection(layer: 3, neuron: number).columns) }
/// ```
public struct RunNeurons: Sendable {
    /// The run.
    public let folder: RunFolder
    /// What was planned.
    public let plan: RunPlan
    /// The model.
    public let model: PlannedModel
    /// The reference that the model is compared with, where it is none itself.
    public let reference: String?
    /// The models that it is compared with, the reference of its group first where it is none itself.
    public let others: [PlannedModel]
    /// Those of them whose neurons are compared with features too.
    public let explained: [PlannedModel]
    /// The references of the run's groups.
    public let references: [String]
    /// Whether its neurons are those that the run's tables beside `neurons.csv` are of.
    let isRunReference: Bool

    /// Its rows of the table of its group's reference, or of families.
    let table: NeuronRows?
    /// Its rows of families, where these are no columns of that table.
    let ownFamilies: NeuronRows?
    /// The rows of families of the models that it is compared with.
    let families: [String: NeuronRows]
    private let percentiles, roles, domains: NeuronRows?
    private let further: [(rows: NeuronRows, file: String, title: String)]
    private let cliques: CliqueRows?
    /// What the run's results do without; nil for complete ones.
    public let incomplete: Incompleteness?
    /// The content hash of the headline figures as they were when the tables were opened; nil where there are none.
    ///
    /// An analysis removes them before it replaces a table, and writes them last: while they stay the same, so do the tables.
    public let results: Digest?
    private let tokenizer: Tokenizer?
    private let corpus: PackedCorpus?
    // What is read when the first neuron is asked for: one that does not exist is said before what is damaged.
    private var snapshot: StoreSnapshot?
    private var answers: RunAnswers?
    private var heads: StrongestHeads?
    private var unseen: UnseenOutput?
    private var written: [NeuronPlace: WrittenExplanation] = [:]
    private var tails: [String: PartnerTails] = [:]
    private var layer: InspectedLayer?

    /// Tokens at each end of a neuron's effect on a vocabulary.
    private static let namedTokens = 20

    /// The neurons of a model.
    ///
    /// - Parameter id: the model, a reference of one of the run's groups, or any whose neurons are compared with features; nil: the run's
    ///   reference.
    /// - Throws: `PipelineError.noReference`, `.planMissing`, errors of the files, `StorageError.corrupt` also for a table that has not all
    ///   neurons.
    public init(of id: String? = nil, in folder: RunFolder) throws {
        let plan = try RunPlan.read(folder.plan)
        let groups = plan.groupUniversality
        let models = Dictionary(plan.numbers.models.map { ($0.id, $0) }) { first, _ in first }
        let id = id ?? plan.numbers.models[0].id
        let explained = Set(plan.layout.otherExplainedModels)
        let isExplained = explained.contains(id)
        guard let group = groups.first(where: { $0.reference == id || isExplained && $0.others.contains(id) }), let model = models[id]
        else {
            throw PipelineError.noReference(model: id, folder: folder.path, references: groups.map(\.reference))
        }
        (self.folder, self.plan, self.model) = (folder, plan, model)
        isRunReference = id == groups[0].reference
        reference = id == group.reference ? nil : group.reference
        references = groups.map(\.reference)
        let figures = try? MappedFile(folder.summary)
        results = Self.digest(of: figures)
        others = ([group.reference] + group.others).filter { $0 != id }.compactMap { models[$0] }
        self.explained = others.filter { explained.contains($0.id) }
        let file = isRunReference ? folder.neurons : reference == nil ? folder.neurons(ofGroup: id) : folder.families(of: id)
        table = NeuronRows(file)
        ownFamilies = isExplained && reference == nil ? NeuronRows(folder.families(of: id)) : nil
        // Where other models' neurons are explained, the run's reference has its families in the table of neurons.
        families =
            explained.isEmpty
            ? [:]
            : Dictionary(
                others.compactMap { other in
                    NeuronRows(explained.contains(other.id) ? folder.families(of: other.id) : folder.neurons).map { (other.id, $0) }
                }
            ) { first, _ in first }
        cliques = CliqueRows(folder.cliques, of: id)
        // Before an analysis there are no figures, and while one is at work the tables may be of any state.
        if let figures {
            incomplete = try figures.withBytes { try JSONFile.decode(RunSummary.self, from: $0, of: folder.summary) }.incomplete
            try Self.check(table, file, hasAllOf: model)
            if isExplained, reference == nil { try Self.check(ownFamilies, folder.families(of: id), hasAllOf: model) }
            for other in self.explained { try Self.check(families[other.id], folder.families(of: other.id), hasAllOf: other) }
        } else {
            incomplete = nil
        }
        // The text is a convenience: a tokenizer that has moved or changed since leaves ids. Of another corpus domains would be wrong.
        tokenizer = (try? plan.openTokenizer(in: folder)) ?? nil
        corpus = plan.numbers.corpus.domains.count > 1 ? try? plan.openCorpus(in: folder) : nil
        guard isRunReference else {
            (percentiles, roles, domains, further) = (nil, nil, nil, [])
            return
        }
        (percentiles, roles, domains) = (NeuronRows(folder.percentiles), NeuronRows(folder.roles), NeuronRows(folder.domains))
        further = folder.furtherTables.compactMap { table in
            NeuronRows(table.file).map { ($0, table.file.lastComponent?.string ?? "", table.title) }
        }
    }

    /// Looks a neuron up.
    ///
    /// - Throws: `PipelineError.noSuchNeuron`, `.noSuchDirection`, errors of the files.
    public mutating func inspection(layer: Int, neuron: Int) throws -> NeuronInspection {
        let basis = plan.numbers.basis?.columns
        let name = basis?.name(layer: layer, column: neuron)
        guard (0..<model.layers).contains(layer), (0..<model.columns).contains(neuron) else {
            throw name.map { .noSuchDirection(name: $0, model: model.id, layers: model.layers, width: model.columns) }
                ?? PipelineError.noSuchNeuron(layer: layer, neuron: neuron, model: model.id, layers: model.layers, width: model.columns)
        }
        let (place, number) = (NeuronPlace(layer: layer, neuron: neuron), layer * model.columns + neuron)
        let row = table?.columns(of: place) ?? [:]
        let columns = row.mapValues { TableCell($0) }
        let partners = try partners(of: place, number: number, columns: reference == nil ? columns : nil)
        let layer = try read(layer)
        let known = { [tokenizer] (token: Int) in tokenizer?.knownToken(token) }
        let role = roles?.columns(of: place)
        return NeuronInspection(
            layer: place.layer, neuron: neuron, name: name, kind: basis.map { ColumnNames($0).kind }, model: model.id, reference: reference,
            columns: columns, order: row.isEmpty ? [] : table?.header ?? [],
            percentiles: percentiles.flatMap { Self.percentiles($0.columns(of: place)) }, partners: Self.list(partners),
            explanations: Self.list(
                NeuronInspection.Explanation.all(in: ownFamilies?.columns(of: place).mapValues { TableCell($0) } ?? columns)),
            role: try role.flatMap { row in
                row.isEmpty ? nil : try RoleNeuron(row, layer: place.layer, neuron: neuron, of: folder.roles)
            },
            vocabulary: Self.list(layer.vocabulary.compactMap { $0.effect(of: neuron, count: Self.namedTokens, text: known) }),
            cliques: cliques?.cliques(of: "\(model.id):\(plan.columnNames.name(layer: place.layer, column: neuron))"),
            domains: domains.flatMap { DomainVerdict.all(of: place, in: $0) },
            tables: isRunReference ? Self.list(excerpts(of: place, number: number, in: layer)) : nil,
            positions: try layer.activations?.positions(of: neuron),
            examples: layer.examples.map { examples(of: neuron, in: $0) } ?? [],
            tokens: layer.tokens.map { tokens(of: neuron, in: $0) },
            means: try layer.activations?.means(of: neuron, text: known), written: written[place], incomplete: incomplete)
    }

    /// Checks that no analysis has replaced the results since their tables were opened.
    ///
    /// - Throws: `PipelineError.resultsChanged`.
    public func checkUnchanged() throws {
        guard Self.digest(of: try? MappedFile(folder.summary)) == results else { throw PipelineError.resultsChanged(folder: folder.path) }
    }

    /// Checks that a table has a whole row of each neuron of a model, where there is such a file.
    private static func check(_ table: NeuronRows?, _ file: FilePath, hasAllOf model: PlannedModel) throws {
        guard Folder.holdsFile(file) else { return }
        let last = NeuronPlace(layer: model.layers - 1, neuron: model.columns - 1)
        let (rows, count) = (table?.count ?? 0, model.layers * model.columns)
        let isWhole = table.map { $0.isWhole && (rows < count || !$0.records(of: last).isEmpty) } ?? true
        try NeuronTableFile.check(rows: rows, isWhole: isWhole, of: count, in: file)
    }

    private static func digest(of file: MappedFile?) -> Digest? { file?.withBytes { Digest(of: $0) } }

    /// A list that says something; nil for an empty one.
    private static func list<Element>(_ elements: [Element]) -> [Element]? { elements.isEmpty ? nil : elements }

    private static func percentiles(_ row: [String: String]) -> [String: Double]? {
        row.isEmpty ? nil : row.filter { !["layer", "neuron"].contains($0.key) }.compactMapValues(Double.init)
    }

    /// What the run keeps of a layer, and before the first one what it keeps of all.
    private mutating func read(_ layer: Int) throws -> InspectedLayer {
        let strata = plan.numbers.corpus.strata
        if snapshot == nil {
            if isRunReference {
                written = Dictionary(
                    try ExplanationFile.read(in: folder).map { (NeuronPlace(layer: $0.layer, neuron: $0.neuron), $0) }
                ) { first, _ in first }
                answers = try RunAnswers(of: model.id, plan: plan, in: folder)
                heads = try StrongestHeads(in: folder)
                unseen = try UnseenOutput(in: folder)
            }
            snapshot = try StoreSnapshot(of: plan.store(in: folder), strata: strata)
        }
        if let known = self.layer, known.layer == layer { return known }
        self.layer = nil
        let snapshot = try snapshot ?? StoreSnapshot(of: plan.store(in: folder), strata: strata)
        let read = try InspectedLayer(
            layer: layer, group: plan.layout.groups(of: model.id)[layer], in: snapshot, strata: strata, isOfRunReference: isRunReference,
            folder: folder)
        self.layer = read
        return read
    }

    /// The partners in the models that it is compared with.
    ///
    /// - Parameters:
    ///   - number: the neuron among all of its model.
    ///   - columns: its row of the table of its group's reference; nil for a neuron of another model.
    private mutating func partners(of place: NeuronPlace, number: Int, columns: [String: TableCell]?) throws -> [PartnerInspection] {
        try others.compactMap { other in
            if tails[other.id] == nil { tails[other.id] = try PartnerTails(of: model.id, in: other.id, folder: folder) }
            return try PartnerInspection(
                columns: columns, place: number, tails: tails[other.id], in: other, basis: plan.numbers.basis?.columns,
                families: families[other.id])
        }
    }

    /// Its rows of further tables, what archives of all neurons say of it, and what was measured of it.
    private func excerpts(of place: NeuronPlace, number: Int, in layer: InspectedLayer) -> [TableExcerpt] {
        let rows = further.compactMap { TableExcerpt($0.rows, of: place, table: $0.file, title: $0.title) }
        let archives = [layer.cosines?.excerpt(of: place.neuron), unseen?.excerpt(of: number), heads?.excerpt(of: number)]
        return rows + archives.compactMap(\.self) + (answers?.excerpts(of: place) ?? [])
    }

    private func tokens(of neuron: Int, in list: TokenMaxima) -> [NeuronInspection.Token] {
        list.tokens(of: neuron).map { token, value in
            let id = Int(token)
            return NeuronInspection.Token(id: id, text: tokenizer?.knownToken(id) ?? "\(id)", value: value)
        }
    }

    private func examples(of neuron: Int, in list: ExampleList) -> [NeuronInspection.Example] {
        list.examples(of: neuron).map { example in
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
            return NeuronInspection.Example(
                value: example.value, row: example.row, position: example.position, domain: domain,
                before: text(example.window.prefix(place)), token: text(example.window.dropFirst(place).prefix(1)),
                after: text(example.window.dropFirst(place + 1)), isText: tokenizer != nil)
        }
    }
}
