import Analysis
import Pipeline

/// Small matters of language.
public enum ReportWords {
    /// "b", "b and c", "b, c and d"; from the eighth on counted.
    static func list(_ names: [String]) -> String {
        let safe = names.map { VisibleText.plain($0, limit: 40) }
        if safe.count > 8 { return "\(safe.prefix(6).joined(separator: ", ")) and \(safe.count - 6) others" }
        guard let last = safe.last, safe.count > 1 else { return safe.first ?? "no other model" }
        return "\(safe.dropLast().joined(separator: ", ")) and \(last)"
    }

    /// What a rounding error above the noise of sampling means.
    static let roundingAboveNoise =
        "more than sampling noise, so the correlations of such columns say nothing; a finer resolution tells them apart"

    /// Below this share of a neuron's variance, in whole per cent, an explanation is called weak: a correlation of less than a half.
    static let weakExplanation = 0.25

    /// How much of a neuron a feature explains: "62 %", "weakly (9 %)".
    public static func strength(ofExplanation score: Double) -> String {
        let share = NumberFormat.percent(score, 0)
        // By the share as it is read: none of the threshold itself is called less than that.
        return (score * 100).rounded(.toNearestOrEven) < weakExplanation * 100 ? "weakly (\(share))" : share
    }

    /// What a neuron responds to, on one line: "not: is a digit, 62 %".
    public static func explanation(_ explanation: NeuronInspection.Explanation) -> String {
        feature(explanation) + (explanation.score.map { ", \(strength(ofExplanation: $0))" } ?? "")
    }

    /// The feature that explains a neuron, or that it is lower where the feature holds: "not: is a digit".
    static func feature(_ explanation: NeuronInspection.Explanation) -> String {
        ((explanation.correlation ?? 0) < 0 ? FeatureExplanations.negation : "") + explanation.feature
    }

    /// What an explainer has written of a neuron, on one line: "opening brackets (gpt-4o, score 0.71 over 620 tokens)".
    public static func written(_ explanation: WrittenExplanation) -> String {
        let tokens = count(explanation.tokens, "token")
        let score = explanation.score.map { "score \(NumberFormat.fixed($0, 2)) over \(tokens)" } ?? "no score"
        let explainer = explanation.explainer.map { "\(VisibleText.plain($0, limit: 40)), " } ?? ""
        return "\(VisibleText.plain(explanation.explanation, limit: 400)) (\(explainer)\(score))"
    }

    /// What a standard error that is below what the replicates can show is below.
    static func leastError(replicates: Int, of columns: ColumnNames) -> String {
        "what one \(columns.noun) more or less in one of \(count(replicates, "replicate")) would make"
    }

    /// "1 neuron", "2,048 neurons".
    static func count(_ number: Int, _ noun: String) -> String {
        "\(NumberFormat.integer(number)) \(noun)\(number == 1 ? "" : "s")"
    }
}
