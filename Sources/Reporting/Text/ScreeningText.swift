import Analysis
import Pipeline

/// What a screened run says about itself, in a sentence.
enum ScreeningText {
    /// - Parameters:
    ///   - finding: what the analysis found.
    ///   - columns: what the run's columns are called.
    static func sentence(_ finding: ScreeningFinding, of columns: ColumnNames) -> String {
        let candidates =
            "a pilot of \(NumberFormat.integer(finding.pilotTokens)) counted tokens left a \(columns.noun) "
            + "\(NumberFormat.fixed(finding.meanCandidates, 1)) candidates in each model, \(finding.mostCandidates) at most"
        // Who is cut there may have lost a partner that was within the bounds: that is a part of the probability.
        let share = "\(NumberFormat.significant(finding.limited * 100))\u{202F}%"
        let cut = finding.limited > 0 ? ", where \(share) of the lists were cut although their bounds asked for more" : ""
        var missed = "; a best partner was missed with a probability of about \(NumberFormat.scientific(finding.missed))"
        if let above = finding.missedAbove { missed += ", \(NumberFormat.scientific(above)) of \(columns.nouns) with excess > 0.3" }
        var rest = ""
        if let bias = finding.baselineBias {
            rest += "; the baseline, the pilot's, is too high by about \(NumberFormat.scientific(bias)) to twice that"
        }
        if finding.silentInPilot > 0 {
            rest += "; \(ReportWords.count(finding.silentInPilot, columns.noun)) did not vary on the pilot"
        }
        return candidates + cut + missed + rest
    }
}
