import Pipeline

/// The share of rows in which a neuron fires, by position: a line as wide as the page.
struct PositionPlot {
    /// The most points of the line: more would be closer together than a screen shows.
    private static let mostPoints = 128

    /// Positions, rising, with the share of rows; of points that stand for several the first position.
    let points: [(position: Int, share: Double)]
    /// How many positions a point stands for; the last one for those that are left.
    let positions: Int

    /// The line of a profile.
    init(_ profile: PositionProfile) {
        let (context, most) = (profile.fired.count, Self.mostPoints)
        let step = max(1, (context + most - 1) / most)
        positions = step
        points = stride(from: 0, to: context, by: step).compactMap { first in
            profile.share(over: first..<min(first + step, context)).map { (first, $0) }
        }
    }

    /// The image; the vertical axis begins at 0.
    func svg(id: String, description: String) -> String {
        var canvas = SVGCanvas(width: 1020, height: 240, id: id, title: "Firing by position", description: description)
        let highest = points.map(\.share).max() ?? 0
        let area = PlotArea(
            in: canvas, right: 26, horizontal: Axis(covering: 0, Double(points.last?.position ?? 1), about: 8, minimumStep: 1),
            vertical: Axis(covering: 0, highest > 0 ? highest : 1, about: 4, style: .percent))
        area.drawVerticalAxis(on: &canvas, title: "share of rows")
        canvas.path(points.map { (area.x(Double($0.position)), area.y($0.share)) }, "line-main")
        area.drawHorizontalAxis(on: &canvas, title: "position in the row")
        return canvas.finished()
    }
}
