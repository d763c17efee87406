/// What the top of the page says.
struct ReportHeadline {
    let content: ReportContent

    private var share: ReportedFigure { content.universal.scaled(by: content.neuronCount == 0 ? 0 : 1 / Double(content.neuronCount)) }

    /// The result in one sentence.
    var sentence: String {
        let count = Int(content.universal.value)
        let of = "\(NumberFormat.integer(content.neuronCount)) neurons of model \(content.reference)"
        let threshold = NumberFormat.fixed(content.threshold, 2)
        let others = ReportWords.list(content.others)
        let verb = count == 1 ? "is" : "are"
        let who = count == 0 ? "None of the \(of)" : "\(NumberFormat.integer(count)) of the \(of)"
        return "\(who) \(verb) universal: on average over \(others), the best correlation there exceeds the one with randomly rotated "
            + "layers by more than \(threshold)."
    }

    /// The figures behind it.
    var tiles: [PageView.Tile] {
        let interval = FigureText.interval(content.universal, limit: Double(content.neuronCount))
        let replicates = ReportWords.count(content.replicates, "replicate")
        let hasError = content.universal.standardError != nil
        let isLimited = content.universal.errorLimit != nil
        var tiles = [
            PageView.Tile(
                label: "Universal neurons", value: FigureText.count(content.universal),
                note: "of \(NumberFormat.integer(content.neuronCount))"
                    + (interval.map { "; 95 %: \($0)" } ?? "")),
            PageView.Tile(
                label: "Share of all neurons", value: FigureText.share(share),
                note: isLimited
                    ? "± less than one standard error that \(replicates) can show"
                    : hasError ? "± one standard error, \(replicates)" : "too few replicates for an error"),
            PageView.Tile(
                label: "Tokens counted", value: NumberFormat.integer(content.tokens),
                note: content.rawTokens.map { "of \(NumberFormat.integer($0)) read" } ?? "after the mask"),
            PageView.Tile(
                label: "Models", value: "\(1 + content.others.count)",
                note: "\(content.reference) against \(ReportWords.list(content.others))"),
        ]
        if let strongest = content.neurons.max(by: { $0.excess.value < $1.excess.value }) {
            tiles.append(
                PageView.Tile(
                    label: "Highest excess correlation", value: FigureText.correlation(strongest.excess), note: "neuron \(strongest.name)"))
        }
        return tiles
    }
}
