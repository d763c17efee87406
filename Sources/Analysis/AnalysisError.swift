import Diagnostics

/// What can go wrong while statistics are turned into results.
public enum AnalysisError: DiagnosedError {
    /// The configuration of the analysis asks for something that makes no sense.
    case configuration(setting: String, reason: String)
    /// A model of the configuration is not among the sources of the statistics.
    case unknownModel(id: String, known: [String])
    /// The statistics hold no block for two column groups that the analysis compares.
    case missingBlock(rows: String, columns: String)
    /// Group summaries are missing at the end of the merge.
    case missingSummaries(groups: [String])
    /// A group summary came twice, or does not belong to this analysis.
    case foreignSummary(group: String, reason: String)
    /// The bytes of a group summary cannot be read.
    case damagedSummary(offset: Int, reason: String)
    /// Two things that belong together have different sizes.
    case sizeMismatch(what: String, expected: Int, found: Int)

    /// The facts of the error.
    public var message: String {
        switch self {
        case .configuration(let setting, let reason): "the analysis setting '\(setting)' is wrong: \(reason)"
        case .unknownModel(let id, let known): "the statistics hold no model '\(id)' (they hold \(known.joined(separator: ", ")))"
        case .missingBlock(let rows, let columns): "the statistics hold no block of \(rows) against \(columns)"
        case .missingSummaries(let groups):
            "no summary came for \(groups.count) column groups (\(groups.prefix(8).joined(separator: ", ")))"
        case .foreignSummary(let group, let reason): "the summary of column group \(group) was refused: \(reason)"
        case .damagedSummary(let offset, let reason): "a group summary is damaged at byte \(offset): \(reason)"
        case .sizeMismatch(let what, let expected, let found): "\(what): expected \(expected), found \(found)"
        }
    }

    /// What to do about it.
    public var remedy: String {
        switch self {
        case .configuration: "correct the setting"
        case .unknownModel: "compare the models of the configuration with those of the plan"
        case .missingBlock: "compare the plan's pairs with those of the analysis"
        case .missingSummaries: "summarise these groups, then merge again"
        case .foreignSummary: "merge each group of one analysis once"
        case .damagedSummary: "have the group summarised and sent again"
        case .sizeMismatch: "use inputs of one and the same run"
        }
    }

    /// What the process ends with.
    public var exitStatus: ExitStatus {
        switch self {
        case .configuration: .configuration
        case .unknownModel, .missingBlock, .damagedSummary, .sizeMismatch: .dataError
        case .missingSummaries, .foreignSummary: .software
        }
    }
}
