/// A quantity over time as a line without marks, below a limit.
struct CurvePlot {
    let curve: MeasurementContent.Curve

    /// The points that an image can show: numbers from 0 on.
    private var points: [(x: Double, y: Double)] {
        curve.points.map { ($0.seconds, $0.value) }.filter { x, y in [x, y].allSatisfy { $0.isFinite && (0..<1e15).contains($0) } }
    }

    /// The image; both axes begin at 0.
    func svg(id: String, description: String) -> String {
        var canvas = SVGCanvas(width: 500, height: 330, id: id, title: curve.title, description: description)
        let points = points
        let limit = curve.limit.map(\.value).flatMap { $0.isFinite && (0..<1e15).contains($0) ? $0 : nil }
        let highest = max(points.map(\.y).max() ?? 0, limit ?? 0, 1)
        let area = PlotArea(
            in: canvas, top: 30, right: 26, horizontal: Axis(covering: 0, points.map(\.x).max() ?? 1),
            vertical: Axis(covering: 0, highest * 1.02))
        area.drawVerticalAxis(on: &canvas, title: VisibleText.plain(curve.unit, limit: 24))
        if let limit {
            canvas.line(area.left, area.y(limit), area.right, area.y(limit), "limit")
            canvas.line(area.left, 13, area.left + 22, 13, "limit")
            canvas.text(VisibleText.plain(curve.limit?.name ?? "", limit: 40), area.left + 27, 17)
        }
        if points.count > 1 { canvas.path(points.map { (area.x($0.x), area.y($0.y)) }, "line-main") }
        area.drawHorizontalAxis(on: &canvas, title: "seconds")
        return canvas.finished()
    }
}
