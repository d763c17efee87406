/// What the top of the page says.
struct ReportHeadline {
    let content: ReportContent

    private var share: ReportedFigure { content.universal.scaled(by: content.neuronCount == 0 ? 0 : 1 / Double(content.neuronCount)) }

    /// The result in one sentence.
    var sentence: String {
        let count = Int(content.universal.value)
        let of = "\(NumberFormat.integer(content.neuronCount)) \(content.columns.kinds) of model \(content.reference)"
        let threshold = NumberFormat.fixed(content.threshold, 2)
        let others = ReportWords.list(content.others)
        let isPair = content.others.count == 1
        let matches = isPair ? "best match in model \(others)" : "best matches in \(others)"
        let correlation = isPair ? "correlation" : "correlations"
        let verb = isPair ? "is" : "are"
        let above = "\(isPair ? "" : "on average ")more than \(threshold) above \(isPair ? "that" : "those") with randomly rotated layers"
        switch count {
        case 0: return "None of the \(of) are universal: for none of them \(verb) the \(correlation) of the \(matches) \(above)."
        case 1: return "1 of the \(of) is universal: the \(correlation) of its \(matches) \(verb) \(above)."
        default:
            return "\(NumberFormat.integer(count)) of the \(of) are universal: for each of them, the \(correlation) of the \(matches) "
                + "\(verb) \(above)."
        }
    }

    /// The figures behind it.
    var tiles: [PageView.Tile] {
        let interval = FigureText.interval(content.universal, limit: Double(content.neuronCount))
        let replicates = ReportWords.count(content.replicates, "replicate")
        let hasError = content.universal.standardError != nil
        let isLimited = content.universal.errorLimit != nil
        let countLimit = isLimited ? FigureText.countError(content.universal).map { "; standard error \($0)" } : nil
        var tiles = [
            PageView.Tile(
                label: "Universal \(content.columns.nouns)",
                value: isLimited ? FigureText.bareCount(content.universal) : FigureText.count(content.universal),
                note: "of \(NumberFormat.integer(content.neuronCount))"
                    + (countLimit ?? interval.map { "; 95 %: \($0)" } ?? "")),
            PageView.Tile(
                label: "Share of all \(content.columns.nouns)", value: FigureText.share(share),
                note: FigureText.shareLimit(share).map {
                    "standard error \($0), \(ReportWords.leastError(replicates: content.replicates, of: content.columns))"
                } ?? (hasError ? "± one standard error, \(replicates)" : "too few replicates for an error")),
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
                    label: "Highest excess correlation", value: FigureText.correlation(strongest.excess),
                    note: "\(content.columns.noun) \(strongest.name)"))
        }
        return tiles
    }
}
