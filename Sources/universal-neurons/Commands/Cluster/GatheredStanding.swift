import Cluster
import Diagnostics
import Scheduling
import SystemPackage

/// What a run's folder has of its statistics and matrices once they are gathered, for people.
struct GatheredStanding {
    /// The run's folder.
    let run: FilePath
    /// What is there, of what was asked for.
    let parts: GatheredParts
    /// What was asked for.
    let asked: GatheredParts
    /// The tasks that were given up, and of which nothing came.
    let failed: [TaskID]
    /// Whether the statistics are there, whatever was asked for.
    let hasStatistics: Bool

    /// What is missing; nil where nothing is.
    var warning: String? {
        guard !failed.isEmpty else { return nil }
        // A dozen shows the pattern.
        let names = failed.prefix(12).map(\.description).joined(separator: ", ")
        let matrices = asked.subtracting(parts).contains(.matrices) ? "; no matrices were made" : ""
        return "missing: \(CountText.of(failed.count, "task")) given up, such as \(names)\(matrices)"
    }

    /// What is there, and of a run with tasks that were given up what to do.
    var text: String {
        if failed.isEmpty { return "\(run) has the run's \(words)\n" }
        let whole = "to make the run whole: `universal-neurons retry \(run) --failed`, then `universal-neurons resume \(run)`\n"
        guard !parts.isEmpty else {
            let makes =
                hasStatistics
                ? "`universal-neurons analyze \(run) --incomplete` makes them of what is there"
                : "`universal-neurons gather \(run) --statistics` brings what makes them"
            return "\(run): there are no matrices; \(makes)\n\(whole)"
        }
        let analysis =
            parts.contains(.matrices)
            ? "; summary.json says what they do without\n" : ": for results, `universal-neurons analyze \(run) --incomplete`\n"
        return "\(run) has the run's \(words), without what was given up\(analysis)\(whole)"
    }

    /// What is there, in words.
    private var words: String {
        [(GatheredParts.statistics, "statistics"), (.matrices, "matrices")].filter { parts.contains($0.0) }.map(\.1)
            .joined(separator: " and ")
    }
}
