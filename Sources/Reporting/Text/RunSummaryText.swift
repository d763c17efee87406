/// What `run` prints at its end: the headline with its errors, the strongest neurons, and where the report lies.
public struct RunSummaryText: Sendable, CustomStringConvertible {
    /// The lines, without a final line break; no control character of the content gets through.
    public let description: String

    /// - Parameters:
    ///   - content: what the report shows.
    ///   - reportPath: where it lies; `nil` when none was written.
    ///   - strongest: how many neurons to name.
    public init(_ content: ReportContent, reportPath: String? = nil, strongest: Int = 5) {
        let plain = { (text: String) in VisibleText.plain(text, limit: 60) }
        let others = content.others.map(plain).joined(separator: ", ")
        let universal = content.universal
        let count = universal.errorLimit == nil ? FigureText.count(universal) : FigureText.bareCount(universal)
        let share = FigureText.share(Self.share(content))
        var lines = [
            "\(plain(content.name)): \(count) of \(ReportWords.count(content.neuronCount, content.columns.kind)) universal (\(share))",
            "  models    \(plain(content.reference)) against \(others.isEmpty ? "none" : others); "
                + "excess correlation > \(NumberFormat.fixed(content.threshold, 2))",
            "  tokens    \(NumberFormat.integer(content.tokens)) counted"
                + (content.rawTokens.map { " of \(NumberFormat.integer($0)) read" } ?? ""),
            "  errors    \(Self.errors(content))",
        ]
        if let error = content.provenance.resolutionError {
            let unit = content.provenance.resolution.map { "to multiples of \(plain($0)) " } ?? ""
            lines.append(
                "  rounding  \(unit)moves the correlation of the columns that vary least by \(NumberFormat.scientific(error)) "
                    + "(root mean square), others by less" + (content.isRoundingAboveNoise ? ": \(ReportWords.roundingAboveNoise)" : ""))
        }
        if let error = content.provenance.roundingError {
            lines.append(
                "  rounding  activations of \(error.bits) bits move correlations by at most \(NumberFormat.scientific(error.typical)) "
                    + "(root mean square), that of the worst pair of columns by at most \(NumberFormat.scientific(error.largest)); "
                    + "\(NumberFormat.scientific(error.beyond)) of the values lay beyond the scale and were added one by one")
        }
        if let screening = content.provenance.screening {
            lines.append("  screening \(ScreeningText.sentence(screening, of: content.columns))")
        }
        let ordered = content.neurons.sorted { a, b in
            a.excess.value != b.excess.value ? a.excess.value > b.excess.value : (a.layer, a.neuron) < (b.layer, b.neuron)
        }
        for (index, neuron) in ordered.prefix(max(0, strongest)).enumerated() {
            let name = neuron.name.padding(to: 7)
            let excess = FigureText.correlation(neuron.excess).padding(to: 14)
            let explanation = neuron.explanation.map { text in
                let strength = neuron.explanationScore.map { ", \(ReportWords.strength(ofExplanation: $0))" }
                return "  \(VisibleText.plain(text, limit: 40))" + (strength ?? "")
            }
            lines.append(
                (index == 0 ? "  highest   " : "            ")
                    + "\(name) excess \(excess) best \(NumberFormat.fixed(neuron.bestCorrelation, 3))"
                    + (explanation ?? ""))
        }
        lines += content.notices.map { "  note      \(VisibleText.plain($0, limit: 400))" }
        if let reportPath { lines.append("  report    \(VisibleText.plain(reportPath))") }
        description = lines.joined(separator: "\n")
    }

    private static func errors(_ content: ReportContent) -> String {
        let replicates = ReportWords.count(content.replicates, "replicate")
        guard content.universal.standardError != nil else { return "none: \(replicates)" }
        guard let limit = FigureText.shareLimit(share(content)), let count = FigureText.countError(content.universal) else {
            return "± one standard error over \(replicates)"
        }
        let least = ReportWords.leastError(replicates: content.replicates, of: content.columns)
        return "± one standard error; that of the count is \(count) (\(limit)), \(least)"
    }

    private static func share(_ content: ReportContent) -> ReportedFigure {
        content.universal.scaled(by: content.neuronCount == 0 ? 0 : 1 / Double(content.neuronCount))
    }
}

extension String {
    /// Spaces added up to `width` scalars.
    fileprivate func padding(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - unicodeScalars.count))
    }
}
