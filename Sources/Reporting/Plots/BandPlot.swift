/// A value on a line of its own for each of some things, beside the band that chance would put it in.
struct BandPlot {
    /// One thing.
    struct Row {
        let label: String
        let value: Double
        /// Where chance would put it; nil where that is not known.
        let band: ClosedRange<Double>?
        /// Whether its mark is full.
        let isMarked: Bool
    }

    let rows: [Row]
    /// What the band is.
    let band: String
    /// What full and hollow marks are.
    let marked, unmarked: String

    /// The image: the page's whole width, and as tall as the rows need; 0 is on the axis.
    func svg(id: String, title: String, description: String, axis: String) -> String {
        let (pitch, top) = (22.0, 30.0)
        var canvas = SVGCanvas(
            width: 1020, height: top + pitch * Double(rows.count) + 46, id: id, title: title, description: description)
        let ends = (rows.map(\.value) + rows.flatMap { row in row.band.map { [$0.lowerBound, $0.upperBound] } ?? [] }).filter(\.isFinite)
        let area = PlotArea(
            in: canvas, left: 150, top: top, right: 40,
            horizontal: Axis(covering: min(0, ends.min() ?? 0), max(0, ends.max() ?? 0), about: 10), vertical: Axis(covering: 0, 1))
        for tick in area.horizontal.ticks { canvas.line(area.x(tick), area.top, area.x(tick), area.bottom, tick == 0 ? "axis" : "grid") }
        for (index, row) in rows.enumerated() {
            let middle = area.top + pitch * (Double(index) + 0.5)
            canvas.text(VisibleText.plain(row.label, limit: 22), area.left - 10, middle + 4, anchor: "end")
            if let band = row.band, band.lowerBound.isFinite, band.upperBound.isFinite {
                let (low, high) = (area.x(band.lowerBound), area.x(band.upperBound))
                canvas.rectangle(low, middle - 6, high - low, 12, "null")
            }
            guard row.value.isFinite else { continue }
            canvas.element(
                "circle", ["class": row.isMarked ? "dot-full" : "dot-hollow", "cx": area.x(row.value), "cy": middle, "r": 4.5],
                tooltip: "\(row.label): \(NumberFormat.significant(row.value))")
        }
        area.drawHorizontalAxis(on: &canvas, title: axis)
        canvas.rectangle(area.left, 7, 22, 12, "null")
        canvas.text(VisibleText.plain(band, limit: 50), area.left + 28, 17)
        for (place, name, style) in [(320.0, marked, "dot-full"), (520, unmarked, "dot-hollow")] {
            canvas.element("circle", ["class": style, "cx": area.left + place, "cy": 13.0, "r": 4.5])
            canvas.text(VisibleText.plain(name, limit: 50), area.left + place + 10, 17)
        }
        return canvas.finished()
    }
}
