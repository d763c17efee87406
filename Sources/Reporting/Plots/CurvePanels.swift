/// Some quantities against one and the same variable, a panel beside the other, with error bars: a line for each of some conditions.
struct CurvePanels {
    /// A point of a line.
    typealias Point = (x: Double, figure: ReportedFigure)

    /// A quantity under each condition.
    struct Panel {
        let title: String
        /// By rising x; what is not finite is not drawn.
        let lines: [[Point]]
    }

    /// Panels with as many lines each as there are names.
    let panels: [Panel]
    /// The conditions, four at most.
    let names: [String]

    /// The image: the page's whole width. Each panel has a scale of its own, and 0 on it.
    func svg(id: String, title: String, description: String, horizontal: String) -> String {
        var canvas = SVGCanvas(width: 1020, height: 300, id: id, title: title, description: description)
        let pitch = canvas.width / Double(max(1, panels.count))
        for (index, panel) in panels.enumerated() {
            draw(panel, from: Double(index) * pitch, to: Double(index + 1) * pitch - 16, on: &canvas, horizontal: horizontal)
        }
        for (index, name) in names.enumerated() {
            let left = 50 + 220 * Double(index)
            canvas.path([(left, 13), (left + 26, 13)], "role-line role-line-\(index % 4 + 1)")
            canvas.mark(index % 4 + 1, left + 13, 13, tooltip: name)
            canvas.text(VisibleText.plain(name, limit: 30), left + 32, 17)
        }
        return canvas.finished()
    }

    private func draw(_ panel: Panel, from left: Double, to right: Double, on canvas: inout SVGCanvas, horizontal: String) {
        let lines = panel.lines.map { $0.filter { $0.x.isFinite && $0.figure.value.isFinite } }
        let points = lines.flatMap(\.self)
        func end(_ point: Point, _ sign: Double) -> Double {
            let error = point.figure.standardError ?? 0
            return point.figure.value + sign * (error.isFinite ? error : 0)
        }
        let vertical = Axis(
            covering: min(0, points.map { end($0, -1) }.min() ?? 0), max(0, points.map { end($0, 1) }.max() ?? 0), about: 4)
        // Labels with decimals need more room than a panel has for many.
        let ends = (points.map(\.x).min() ?? 0, points.map(\.x).max() ?? 1)
        let whole = Axis(covering: ends.0, ends.1, about: 5)
        let longest = vertical.ticks.map { vertical.label($0).count }.max() ?? 0
        let area = PlotArea(
            in: canvas, left: left + 14 + 7.6 * Double(longest), top: 54, right: canvas.width - right,
            horizontal: whole.digits == 0 ? whole : Axis(covering: ends.0, ends.1, about: 3), vertical: vertical)
        for tick in vertical.ticks {
            canvas.line(area.left, area.y(tick), area.right, area.y(tick), tick == 0 ? "axis" : "grid")
            canvas.text(vertical.label(tick), area.left - 7, area.y(tick) + 4, anchor: "end")
        }
        canvas.text(VisibleText.plain(panel.title, limit: 30), area.left, area.top - 12, "axis-title")
        area.drawHorizontalAxis(on: &canvas, title: horizontal)
        for (index, line) in lines.enumerated() {
            let kind = index % 4 + 1
            canvas.path(line.map { (x: area.x($0.x), y: area.y($0.figure.value)) }, "role-line role-line-\(kind)")
            for point in line {
                if let error = point.figure.standardError, error.isFinite, error > 0 {
                    canvas.errorBar(area.x(point.x), low: area.y(end(point, -1)), high: area.y(end(point, 1)))
                }
                let name = names.indices.contains(index) ? names[index] : ""
                canvas.mark(
                    kind, area.x(point.x), area.y(point.figure.value),
                    tooltip: "\(panel.title), \(name), at \(NumberFormat.significant(point.x)): \(NumberFormat.measured(point.figure))")
            }
        }
    }
}
