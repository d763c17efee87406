/// What a benchmark found as one self-contained HTML page: no request leaves it, and no script runs in it.
///
/// ```swift
/// let html = try MeasurementPage(content).html()
/// ```
///
/// The same content gives the same bytes.
public struct MeasurementPage {
    private let content: MeasurementContent

    /// A page of this content.
    public init(_ content: MeasurementContent) { self.content = content }

    /// The page's text, UTF-8 when written.
    /// - Throws: `ReportingError.template`, which would be a fault of the program.
    public func html() throws -> String {
        let templates = try ReportTemplates()
        return try templates.render(
            MeasurementView(
                title: Self.plain(content.title, limit: 120), style: templates.style, sentence: sentence, tiles: tiles,
                notices: content.notices.map { Self.plain($0, limit: 1000) }, groups: groups, figures: figures + curves, aims: aims,
                facts: content.facts.map { ReportedFact(Self.plain($0.label), Self.plain($0.value, limit: 1000)) },
                hasFigures: !content.plots.isEmpty || !content.curves.isEmpty, hasAims: !content.aims.isEmpty,
                hasGroups: !content.groups.isEmpty),
            with: "measurements")
    }

    private static func plain(_ text: String, limit: Int = 400) -> String { VisibleText.plain(text, limit: limit) }

    private var lines: [ReportedMeasurement] { content.groups.flatMap(\.measurements) }

    /// Right ones among those that were compared, and aims that were met among those that were measured.
    private var counts: (compared: Int, right: Int, aims: Int, met: Int) {
        let compared = lines.compactMap(\.isRight)
        let aims = content.aims.compactMap(\.isMet)
        return (compared.count, compared.count { $0 }, aims.count, aims.count { $0 })
    }

    private var sentence: String {
        let counts = counts
        let measured = lines.count { $0.value != nil }
        var parts = ["\(ReportWords.count(measured, "line")) measured on \(Self.plain(content.machine))."]
        if counts.compared > 0 {
            parts.append(
                counts.right == counts.compared
                    ? "All \(counts.compared) results that were compared with a reference are right."
                    : "\(counts.compared - counts.right) of \(counts.compared) results are wrong: their speed is worth nothing.")
        }
        if counts.aims > 0 { parts.append("\(counts.met) of \(ReportWords.count(counts.aims, "measured aim")) met.") }
        return parts.joined(separator: " ")
    }

    private var tiles: [PageView.Tile] {
        let counts = counts
        let skipped = lines.count { $0.value == nil }
        return [
            PageView.Tile(
                label: "results", value: counts.compared == 0 ? "–" : "\(counts.right) of \(counts.compared) right",
                note: "against a reference, in the same run"),
            PageView.Tile(
                label: "aims", value: counts.aims == 0 ? "–" : "\(counts.met) of \(counts.aims) met",
                note: "\(ReportWords.count(content.aims.count { $0.isMet == nil }, "aim")) not measured here"),
            PageView.Tile(label: "lines", value: "\(lines.count - skipped)", note: "measured; \(skipped) skipped"),
        ]
    }

    private var groups: [MeasurementView.Group] {
        content.groups.map { group in
            MeasurementView.Group(title: Self.plain(group.title), rows: group.measurements.map(Self.row))
        }
    }

    private static func row(_ line: ReportedMeasurement) -> MeasurementView.Row {
        MeasurementView.Row(
            name: plain(line.name), note: line.note.map { plain($0, limit: 600) }, value: number(line.value),
            unit: line.value == nil ? "" : plain(line.unit),
            reference: line.reference.map { "\(plain($0.name)) \(NumberFormat.significant($0.value))" } ?? "–", ratio: number(line.ratio),
            aim: line.aim.map { MeasurementView.Verdict(text: plain($0.text), isMet: $0.isMet) },
            residual: line.residual.map { residual in
                let bound = line.tolerance.flatMap { $0 > 0 ? $0 : nil }.map { " ≤ \(NumberFormat.scientific($0))" } ?? ""
                let found = residual.isFinite ? NumberFormat.scientific(residual) : "no number"
                guard let isRight = line.isRight else { return MeasurementView.Verdict(text: found, word: "", style: "soft") }
                // A bound that does not hold must not stand there as if it did.
                return MeasurementView.Verdict(
                    text: isRight ? found + bound : found, word: isRight ? "right" : "wrong", style: isRight ? "met" : "missed")
            })
    }

    private static func number(_ value: Double?) -> String { value.map(NumberFormat.significant) ?? "–" }

    private var aims: [MeasurementView.Aim] {
        content.aims.map { aim in
            MeasurementView.Aim(
                what: Self.plain(aim.what), aim: Self.plain(aim.text), found: Self.number(aim.found),
                verdict: MeasurementView.Verdict(text: "", isMet: aim.isMet), note: Self.plain(aim.note))
        }
    }

    /// Those over time, numbered behind the others.
    private var curves: [FigureView] {
        content.curves.enumerated().map { index, curve in
            let number = content.plots.count + index + 1
            let unit = Self.plain(curve.unit)
            var caption = "\(Self.plain(curve.title)), \(unit) over seconds."
            if let limit = curve.limit { caption += " The line at \(NumberFormat.significant(limit.value)): \(Self.plain(limit.name))." }
            return FigureView(
                number: number, id: "figure-\(number)", svg: CurvePlot(curve: curve).svg(id: "plot-\(number)", description: caption),
                caption: caption, columns: ["seconds", unit], rows: curve.points.map { [Self.number($0.seconds), Self.number($0.value)] })
        }
    }

    private var figures: [FigureView] {
        let all = content.plots.map(MeasuredBars.init)
        // Those of the page's whole width first, so that the others stand in pairs.
        return (all.filter(\.isWide) + all.filter { !$0.isWide }).enumerated().map { index, bars in
            let plot = bars.plot
            let unit = Self.plain(plot.unit)
            var caption = "\(Self.plain(plot.title)), \(unit); \(plot.isLessBetter ? "less" : "more") is better."
            if let limit = plot.limit {
                caption += " The line at \(NumberFormat.significant(limit.value)): \(Self.plain(limit.name))."
            } else if plot.measurements.contains(where: { $0.reference != nil }) {
                caption += " Solid lines: the limit or the peer named below each bar, in the same run."
            }
            if plot.measurements.contains(where: { $0.aim?.mark != nil }) { caption += " Dashed: the aim." }
            let rows = plot.measurements.map { line in
                [
                    Self.plain(line.name), Self.number(line.value), (line.reference ?? plot.limit).map { Self.plain($0.name) } ?? "–",
                    Self.number((line.reference ?? plot.limit)?.value), Self.number(line.ratio), Self.number(line.aim?.mark),
                ]
            }
            return FigureView(
                number: index + 1, id: "figure-\(index + 1)", svg: bars.svg(id: "plot-\(index + 1)", description: caption),
                caption: caption,
                columns: ["what", unit, "against", unit, "ratio", "aim"], rows: rows, isWide: bars.isWide)
        }
    }
}

extension MeasurementView.Verdict {
    /// Whether an aim was met.
    fileprivate init(text: String, isMet: Bool?) {
        self.init(
            text: text, word: isMet.map { $0 ? "met" : "missed" } ?? "not measured", style: isMet.map { $0 ? "met" : "missed" } ?? "soft")
    }
}
