/// The figure of attention neurons.
extension ReportFigures {
    /// The scores of the strongest pairs, and the band of random directions.
    mutating func attentionScores() -> FigureView? {
        guard let attention = content.attention, !attention.pairs.isEmpty else { return nil }
        let caption =
            "Scores of the \(ReportWords.count(attention.pairs.count, "pair")) of a neuron of model \(content.reference) and a head of a later "
            + "layer with the largest absolute scores. Above 0 the neuron makes the head attend more to a row’s first token, below 0 less. "
            + "Grey: where 99.8 % of random directions score with this head. Full: random directions would hardly reach the score anywhere in the "
            + "model."
        let plot = BandPlot(
            rows: attention.pairs.map {
                BandPlot.Row(label: "\($0.name) → head \($0.headName)", value: $0.score, band: $0.null, isMarked: $0.effect != nil)
            }, band: "99.8 % of random directions with this head", marked: "beyond chance", unmarked: "within chance, over all pairs")
        let svg = plot.svg(id: "attention-scores", title: "Neurons and the heads that they switch", description: caption, axis: "score")
        return FigureView(
            number: next(), id: "figure-attention-scores", svg: svg, caption: caption, columns: ["neuron", "head", "score", "from", "to"],
            rows: attention.pairs.map { pair in
                [pair.name, pair.headName]
                    + [pair.score, pair.null?.lowerBound, pair.null?.upperBound].map { $0.map(NumberFormat.significant) ?? "–" }
            }, isWide: true)
    }
}
