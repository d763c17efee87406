import Analysis
import Storage
import SystemPackage

/// One side of a comparison: the results of a run, or a table of neurons that others have published.
public struct ComparedResults: Sendable {
    /// What a side has.
    public enum Content: String, Codable, Sendable {
        /// A run: all neurons of a reference.
        case run
        /// A table in which some neurons are universal and others are not.
        case table
        /// A table of universal neurons only.
        case universalNeurons = "universal_neurons"
        /// A table that names neurons and says nothing of how universal they are.
        case list
    }

    /// Where it was read from.
    public let path: FilePath
    /// What it has.
    public let content: Content
    /// Its columns.
    public let table: ComparedTable
    /// Rows of neurons that stood in the table before; they are left out.
    public let repeatedRows: Int
    /// What its columns are called; of the directions of a table no more is known.
    let names: ColumnNames
    /// The run; nil for a table.
    let run: ComparedRun?
    /// Which results these are; nil for a table of which nobody knows.
    let origin: ResultsOrigin?

    /// Columns that are words, whatever they hold.
    private static let texts = ["family", "explanation", role]
    private static let role = "role"
    /// In the authors' list of prediction and suppression neurons, spelled so: whether it is one of the latter.
    private static let suppresses = "is_surpress"
    private static let excess = "excess_corr"

    /// Reads a side.
    ///
    /// - Parameters:
    ///   - path: the folder of a run, or a CSV file with columns `layer` and `neuron`.
    ///   - threshold: the excess correlation above which a neuron of a table is universal, unless the table says it itself.
    ///   - model: of a run with groups of models the reference whose neurons are meant; nil for the run's own.
    /// - Throws: `PipelineError.planMissing`, `.folderOfTables`, `.noTableOfNeurons`, `.resultsMissing`, `.resultsChanged`, `.noReference`,
    ///   errors of the files.
    public init(_ path: FilePath, threshold: Double, model: String? = nil) throws {
        guard Folder.exists(path) else {
            let table: NeuronTableFile
            do {
                table = try NeuronTableFile(path)
            } catch StorageError.unsupported {
                throw PipelineError.noTableOfNeurons(file: path)
            }
            try self.init(table, at: path, threshold: threshold, run: nil)
            return
        }
        if !RunFolder(path).hasPlan {
            let tables = try Folder.names(in: path).filter { $0.hasSuffix(".csv") }
            guard tables.isEmpty else { throw PipelineError.folderOfTables(folder: path, tables: tables) }
        }
        let run = try ComparedRun(RunFolder(path), model: model)
        try self.init(run.table, at: path, threshold: threshold, run: run)
    }

    private init(_ file: NeuronTableFile, at path: FilePath, threshold: Double, run: ComparedRun?) throws {
        var seen: Set<NeuronPlace> = []
        let kept = file.neurons.indices.filter {
            seen.insert(NeuronPlace(layer: file.neurons[$0].layer, neuron: file.neurons[$0].neuron)).inserted
        }
        func numbers(_ name: String) -> [Double]? { file.numbers(of: name).map { values in kept.map { values[$0] } } }
        func cells(_ name: String) -> [String]? { file.cells(of: name).map { values in kept.map { values[$0] } } }

        var columns = file.columns.filter { !Self.texts.contains($0) }.compactMap { name in
            numbers(name).flatMap { values in values.contains(where: \.isFinite) ? (name: name, values: values) : nil }
        }
        if !columns.contains(where: { $0.name == Self.excess }), let means = numbers("mean_corr"), let baselines = numbers("mean_baseline")
        {
            columns.append((Self.excess, zip(means, baselines).map { $0 - $1 }))
        }
        var texts = Self.texts.compactMap { name in cells(name).map { (name: name, values: $0) } }
        if cells(Self.role) == nil, let said = try file.truths(of: Self.suppresses) {
            let roles = kept.map { row in said[row].map { $0 ? NeuronRole.suppression : .prediction } }
            texts.append((Self.role, roles.map { $0?.rawValue ?? "" }))
        }
        let excess = columns.first { $0.name == Self.excess }?.values
        let threshold = run?.summary.universal.threshold ?? threshold
        let byExcess = excess.map { $0.map { $0 > threshold } }
        // Where the table does not say it of a neuron, its excess does.
        let members =
            try file.truths(of: "universal").map { said in kept.enumerated().map { said[$1] ?? byExcess?[$0] ?? false } } ?? byExcess
        table = ComparedTable(
            neurons: kept.map { NeuronPlace(layer: file.neurons[$0].layer, neuron: file.neurons[$0].neuron) }, numbers: columns,
            texts: texts, isUniversal: members ?? kept.map { _ in true }, threshold: threshold, excessErrors: numbers("excess_corr_se"),
            degreesOfFreedom: run?.summary.universal.degreesOfFreedom)
        self.path = path
        self.run = run
        origin = run.map(\.origin) ?? ExportNote.origin(of: path)
        names = run?.plan.columnNames ?? Self.columnNames(in: file)
        repeatedRows = file.rows.count - kept.count
        content =
            if run != nil { .run } else if let members { members.allSatisfy { $0 } ? .universalNeurons : .table } else { .list }
    }

    /// Whether a table's numbers are another's to the bit, as those of `export` are a run's: nothing that the authors' scripts do otherwise
    /// is in it.
    func isMade(of other: ComparedResults) -> Bool {
        let rows = Dictionary(uniqueKeysWithValues: other.table.neurons.enumerated().map { ($1, $0) })
        // The excess may follow from other columns, and is rounded once more then.
        let measured = table.numbers.filter { $0.name != Self.excess }
        guard measured.contains(where: { $0.name == "max_corr" }) else { return false }
        return measured.allSatisfy { name, values in
            guard let others = other.table.numbers(of: name) else { return false }
            return zip(table.neurons, values).allSatisfy { neuron, value in
                rows[neuron].map { others[$0] == value || (others[$0].isNaN && value.isNaN) } ?? false
            }
        }
    }

    /// Whether both sides are of the same statistics.
    func hasSameStatistics(as other: ComparedResults) -> Bool {
        if let origin, let others = other.origin { return origin.statisticsSHA256 == others.statisticsSHA256 }
        return (run != nil && other.isMade(of: self)) || (other.run != nil && isMade(of: other))
    }

    /// How many neurons the model has; nil where nobody knows.
    var total: Int? {
        switch content {
        case .run, .table: table.neurons.count
        case .universalNeurons, .list: nil
        }
    }
}
