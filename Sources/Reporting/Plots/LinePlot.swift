/// Points with error bars, joined by a line.
struct LinePlot {
    /// Points by growing x.
    let points: [(x: Double, figure: ReportedFigure)]

    /// The image; both axes begin at 0.
    func svg(id: String, title: String, description: String, horizontal: String, vertical: String, tooltips: [String]) -> String {
        var canvas = SVGCanvas(width: 500, height: 330, id: id, title: title, description: description)
        let highest = points.map { $0.figure.value + ($0.figure.standardError ?? 0) }.filter(\.isFinite).max() ?? 1
        let area = PlotArea(
            in: canvas, right: 26, horizontal: Axis(covering: 0, points.last?.x ?? 1, style: .tokens),
            vertical: Axis(covering: 0, max(highest * 1.05, 1), minimumStep: 1))
        area.drawVerticalAxis(on: &canvas, title: vertical)
        if let last = points.last, let error = last.figure.standardError, error > 0 {
            let top = area.y(last.figure.value + error)
            canvas.rectangle(area.left, top, area.right - area.left, area.y(last.figure.value - error) - top, "band")
        }
        canvas.path(points.map { (area.x($0.x), area.y($0.figure.value)) }, "line-main")
        for (index, point) in points.enumerated() {
            let x = area.x(point.x)
            if let error = point.figure.standardError, error > 0 {
                canvas.errorBar(x, low: area.y(point.figure.value - error), high: area.y(point.figure.value + error))
            }
            let isLast = index == points.count - 1
            let style = point.figure.standardError == nil ? "dot-hollow" : isLast ? "dot-mark" : "dot-full"
            canvas.element(
                "circle", ["class": style, "cx": x, "cy": area.y(point.figure.value), "r": 4.5], tooltip: tooltips[index])
        }
        area.drawHorizontalAxis(on: &canvas, title: horizontal)
        return canvas.finished()
    }
}
