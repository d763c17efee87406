import Analysis
import Storage
import SystemPackage

/// What neurons do to attention heads by the paths between them alone.
public struct PathAblationReport: Codable, Sendable {
    /// The model.
    public let model: String
    /// Tokens that were read, in rows of `context` each.
    public let tokens, rows, context: Int
    /// The first position that was looked at.
    public let first: Int
    /// What was found, path by path.
    public let paths: [PathAblationFinding]
    /// Where the samples lie.
    public let folder: String
}

extension PathAblationReport {
    /// Those in a run's folder over the corpus and the reference of a plan, in the order of their folders' names; what is not complete yet is
    /// left out.
    ///
    /// - Throws: a `StorageError` for a damaged file.
    public static func read(in folder: RunFolder, of plan: RunPlan) throws -> [PathAblationReport] {
        guard Folder.exists(folder.pathAblations), let reference = plan.numbers.models.first else { return [] }
        return try Folder.names(in: folder.pathAblations).compactMap { name in
            let place = folder.pathAblations.appending(name)
            let (settings, result) = (place.appending("settings.json"), place.appending("result.json"))
            guard Folder.holdsFile(settings), Folder.holdsFile(result) else { return nil }
            let measured = try JSONFile.read(PathAblationSettings.self, from: settings)
            guard measured.model == reference.digest, measured.corpus == plan.numbers.corpus.digest else { return nil }
            return try JSONFile.read(PathAblationReport.self, from: result)
        }
    }

    /// Each path of a model once: of several reports about it what the one over most tokens says.
    public static func shown(of reports: [PathAblationReport], model: String) -> [(tokens: Int, path: PathAblationFinding)] {
        reports.filter { $0.model == model }.flatMap { report in report.paths.map { (tokens: report.tokens, path: $0) } }
            .best(ofEach: \.path.pair) { $0.tokens > $1.tokens }
    }

    /// What such reports say of the paths of one neuron; nil where nothing.
    static func excerpt(of place: NeuronPlace, in model: String, from reports: [PathAblationReport]) -> TableExcerpt? {
        let found = shown(of: reports, model: model).filter { $0.path.pair.layer == place.layer && $0.path.pair.neuron == place.neuron }
        let rows: [[TableCell]] = found.map { tokens, path in
            [.integer(path.pair.headLayer), .integer(path.pair.head), .integer(tokens)]
                + [
                    path.activation, path.attention, path.attentionChange.mean, path.attentionChange.pearson,
                    path.attentionChange.spearman, path.norm, path.normShare.mean, path.normShare.pearson, path.normShare.spearman,
                ].map { TableCell(finite: $0) }
        }
        let changes = ["attention", "norm_share"].map { name in ["change", "pearson", "spearman"].map { "\(name)_\($0)" } }
        let columns =
            ["head_layer", "head", "tokens", "activation", "attention"] + changes[0] + ["norm"] + changes[1]
        return rows.isEmpty
            ? nil
            : TableExcerpt(table: "path-ablation", title: "Without its path to a head", columns: columns, rows: rows)
    }
}
