/// Percentiles on one scale, a line for each figure: the mean of some neurons with its interval, and that of the others below it.
struct IntervalPlot {
    /// A mean, and half of its interval's length where it has one.
    struct Point: Equatable {
        let value: Double
        var reach: Double?
    }

    /// A figure.
    struct Row {
        let label: String
        let some: Point?
        var others: Point?
    }

    let rows: [Row]
    /// What the points are of; without others there is no legend.
    let some: String
    var others: String?
    /// The class of the first group's colour.
    var style = "fill-mark"

    /// The image: the page's whole width, and as tall as the figures need. The line in the middle is the layer's own.
    func svg(id: String, title: String, description: String, axis: String) -> String {
        let pitch = others == nil ? 24.0 : 34
        let top = others == nil ? 12.0 : 30
        var canvas = SVGCanvas(
            width: 1020, height: top + pitch * Double(rows.count) + 46, id: id, title: title, description: description)
        let area = PlotArea(
            in: canvas, left: 150, top: top, right: 40, horizontal: Axis(covering: 0, 100, about: 10), vertical: Axis(covering: 0, 1))
        for tick in area.horizontal.ticks { canvas.line(area.x(tick), area.top, area.x(tick), area.bottom, tick == 50 ? "axis" : "grid") }
        for (index, row) in rows.enumerated() {
            let middle = area.top + pitch * (Double(index) + 0.5)
            let apart = others == nil ? 0.0 : 6
            canvas.text(VisibleText.plain(row.label, limit: 22), area.left - 10, middle + 4, anchor: "end")
            draw(row.some, at: middle - apart, style, on: &canvas, in: area, "\(row.label), \(some)")
            draw(row.others, at: middle + apart, "fill-main", on: &canvas, in: area, "\(row.label), \(others ?? "")")
        }
        area.drawHorizontalAxis(on: &canvas, title: axis)
        if let others {
            for (place, name, style) in [(area.left, some, style), (area.left + 220, others, "fill-main")] {
                canvas.element("circle", ["class": style, "cx": place + 6, "cy": 13.0, "r": 5.0])
                canvas.text(VisibleText.plain(name, limit: 30), place + 17, 17)
            }
        }
        return canvas.finished()
    }

    private func draw(
        _ point: Point?, at y: Double, _ style: String, on canvas: inout SVGCanvas, in area: PlotArea, _ label: String
    ) {
        guard let point, point.value.isFinite else { return }
        var interval = ""
        if let reach = point.reach, reach.isFinite, reach > 0 {
            let (low, high) = (area.x(point.value - reach), area.x(point.value + reach))
            canvas.line(low, y, high, y, "error")
            for x in [low, high] { canvas.line(x, y - 4, x, y + 4, "error") }
            interval = " ± \(NumberFormat.fixed(reach, 1))"
        }
        canvas.element(
            "circle", ["class": style, "cx": area.x(point.value), "cy": y, "r": 5.0],
            tooltip: "\(label): \(NumberFormat.fixed(point.value, 1))\(interval)")
    }
}
