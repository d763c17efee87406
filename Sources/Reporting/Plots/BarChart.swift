/// Upright bars with error bars, one a category.
struct BarChart {
    /// The categories' labels and figures.
    let bars: [(label: String, figure: ReportedFigure)]
    /// The class of the bars' colour.
    var style = "fill-mark"

    /// Whether the image needs the page's whole width.
    var isWide: Bool { bars.count > 16 }

    /// The image; bars start at 0.
    func svg(id: String, title: String, description: String, category: String, value: String, tooltips: [String]) -> String {
        var canvas = SVGCanvas(width: isWide ? 1020 : 500, height: 330, id: id, title: title, description: description)
        let reaches = bars.map { $0.figure.value + ($0.figure.standardError ?? 0) }.filter(\.isFinite)
        let area = PlotArea(
            in: canvas, top: 24, horizontal: Axis(covering: 0, 1), vertical: Axis(covering: 0, reaches.max() ?? 1, minimumStep: 1))
        area.drawVerticalAxis(on: &canvas, title: value)
        let pitch = (area.right - area.left) / Double(max(1, bars.count))
        let width = min(pitch * 0.66, 44)
        for (index, bar) in bars.enumerated() {
            let x = area.left + (Double(index) + 0.5) * pitch
            let y = area.y(bar.figure.value)
            canvas.rectangle(x - width / 2, y, width, area.bottom - y, style, tooltip: tooltips[index])
            var top = y
            if let error = bar.figure.standardError, error > 0 {
                let (low, high) = (area.y(bar.figure.value - error), area.y(bar.figure.value + error))
                canvas.errorBar(x, low: low, high: high, cap: min(4, width / 3))
                top = min(top, high)
            }
            canvas.text(bar.label, x, area.bottom + 18, anchor: "middle")
            // A number over each bar as long as there is room for it.
            if pitch >= 24 {
                canvas.text(NumberFormat.fixed(bar.figure.value, 0), x, top - 5, "number", anchor: "middle")
            }
        }
        canvas.line(area.left, area.bottom, area.right, area.bottom, "axis")
        area.drawHorizontalTitle(on: &canvas, category)
        return canvas.finished()
    }
}
