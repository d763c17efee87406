/// The section of attention neurons, as text.
struct AttentionView {
    /// A neuron and a head.
    struct Row {
        let name: String
        let isUniversal: Bool
        let head, effect, score, band, cosine: String
    }

    /// What was measured of a path.
    struct Measured {
        let name, head, tokens, activation, attention: String
        /// A change, and its correlations with the activation.
        let change, changeCorrelation: String
        let normShare, normCorrelation: String
    }

    /// The table of what was measured.
    struct Ablations {
        let paths: [Measured]
    }

    /// HTML.
    let sentences: [String]
    let scores: [FigureView]
    let pairs: [Row]
    let ablations: Ablations?

    /// The section; nil for a run of which no scores are known.
    init?(_ content: ReportContent, figures: inout ReportFigures) {
        guard let attention = content.attention, !attention.pairs.isEmpty else { return nil }
        scores = [figures.attentionScores()].compactMap(\.self)
        pairs = attention.pairs.map { pair in
            Row(
                name: pair.name, isUniversal: pair.isUniversal, head: pair.headName,
                effect: pair.effect.map { VisibleText.plain($0, limit: 24) } ?? "–", score: NumberFormat.significant(pair.score),
                band: pair.null.map { "\(NumberFormat.significant($0.lowerBound)) to \(NumberFormat.significant($0.upperBound))" } ?? "–",
                cosine: NumberFormat.fixed(pair.cosine, 3))
        }
        ablations = attention.ablations.isEmpty ? nil : Ablations(paths: attention.ablations.map(Self.measured))
        sentences = Self.sentences(attention).map(Markup.sentence)
    }

    private static func measured(_ path: ReportedAttention.Ablation) -> Measured {
        func correlations(_ change: ReportedAttention.Ablation.Change) -> String {
            [change.pearson, change.spearman].map { $0.map { NumberFormat.fixed($0, 2) } ?? "–" }.joined(separator: " / ")
        }
        return Measured(
            name: "\(path.layer).\(path.neuron)", head: "\(path.headLayer).\(path.head)", tokens: NumberFormat.integer(path.tokens),
            activation: NumberFormat.significant(path.activation), attention: NumberFormat.significant(path.attention),
            change: NumberFormat.significant(path.attentionChange.mean), changeCorrelation: correlations(path.attentionChange),
            normShare: NumberFormat.percent(path.normShare.mean, 2), normCorrelation: correlations(path.normShare))
    }

    private static func sentences(_ attention: ReportedAttention) -> [String] {
        let effects = attention.pairs.count { $0.effect != nil }
        let threshold = attention.threshold.map { ", an absolute cosine above \(NumberFormat.fixed($0, 3))" } ?? ""
        return [
            """
            A head that has nothing to do attends to the first token of the row. A neuron of an earlier layer whose output turns the head’s \
            queries towards that token’s key switches the head off when it is active (deactivation), one that turns them away switches it on \
            (activation). The score is the dot product of the neuron’s output weights, of length 1, with what the head’s queries are compared \
            with there.
            """,
            "Of the \(ReportWords.count(attention.pairs.count, "pair")) shown, \(NumberFormat.integer(effects)) "
                + "\(effects == 1 ? "is" : "are") beyond what random directions would reach anywhere in the model\(threshold). attention.csv has "
                + "more pairs, the folder attention all scores.",
            attention.ablations.isEmpty
                ? "What the neurons really do to the heads was not measured; `universal-neurons attention RUN` measures it, and the next "
                    + "`universal-neurons analyze RUN` shows it here."
                : "An ablation takes what the neuron writes out of the head’s queries alone. A change is without the path less with it: where the "
                    + "neuron switches the head off, attention to the first token falls without it, the more the more active it is.",
        ]
    }
}
